// DescribeCluster (API 60), versions 0–2.
//   v1 endpoint type (KIP-919) · v2 fenced brokers (KIP-1073)

import { ErrorCode } from '../protocol/errors.ts'
import { CLUSTER_OPERATIONS, OPERATIONS_NOT_ASKED } from './authorized-operations.ts'
import { handler } from './handler.ts'
import { brokersInOrder, controllerIdFor } from './partition-rows.ts'
import type { BrokerParts } from './parts.ts'

const BROKERS = 1

export const describeCluster = handler<BrokerParts>()({
  api: 'describeCluster',
  versions: { first: 0, last: 2 },
  handle(request, _context, parts) {
    const { metadata } = parts
    if (request.endpointType !== BROKERS) {
      return {
        errorCode: ErrorCode.MISMATCHED_ENDPOINT_TYPE,
        errorMessage: 'The request was sent to an endpoint of type BROKER',
        clusterId: metadata.clusterId,
      }
    }
    return {
      errorCode: ErrorCode.NONE,
      endpointType: BROKERS,
      clusterId: metadata.clusterId,
      controllerId: controllerIdFor(metadata),
      brokers: brokersInOrder(metadata)
        .filter(({ fenced }) => !fenced || request.includeFencedBrokers)
        .map(({ id, host, port, rack, fenced }) => ({
          brokerId: id,
          host,
          port,
          rack,
          isFenced: request.includeFencedBrokers && fenced,
        })),
      clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
        ? CLUSTER_OPERATIONS
        : OPERATIONS_NOT_ASKED,
    }
  },
})
