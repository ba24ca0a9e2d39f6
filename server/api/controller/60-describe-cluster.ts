// DescribeCluster (API 60) of the controller's listener: the cluster's id, and the controller as
// its only endpoint (KIP-919).
//   v1 asks for brokers (1) or controllers (2) · v2 shows fenced brokers

import { ErrorCode } from '../../protocol/errors.ts'
import { controllerHandler } from './parts.ts'

const CONTROLLERS = 2

export const describeCluster = controllerHandler({
  api: 'describeCluster',
  versions: { first: 1, last: 2 },
  handle(request, _context, { controller, address }) {
    if (request.endpointType !== CONTROLLERS) {
      return {
        errorCode: ErrorCode.MISMATCHED_ENDPOINT_TYPE,
        errorMessage: 'This is the address of a controller, not of a broker.',
        endpointType: CONTROLLERS,
        clusterId: controller.image.clusterId,
      }
    }
    return {
      errorCode: ErrorCode.NONE,
      endpointType: CONTROLLERS,
      clusterId: controller.image.clusterId,
      controllerId: controller.nodeId,
      brokers: [{ brokerId: controller.nodeId, ...address, rack: null, isFenced: false }],
    }
  },
})
