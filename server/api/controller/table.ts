// What the controller's listener serves: the only list of it.

import { createApiVersions } from '../18-api-versions.ts'
import { type ApiTable, tableOf } from '../dispatch.ts'
import type { AnyHandler } from '../handler.ts'
import { fetch } from './01-fetch.ts'
import { createTopics } from './19-create-topics.ts'
import { deleteTopics } from './20-delete-topics.ts'
import { alterConfigs } from './33-alter-configs.ts'
import { createPartitions } from './37-create-partitions.ts'
import { electLeaders } from './43-elect-leaders.ts'
import { incrementalAlterConfigs } from './44-incremental-alter-configs.ts'
import { alterPartitionReassignments } from './45-alter-partition-reassignments.ts'
import { listPartitionReassignments } from './46-list-partition-reassignments.ts'
import { describeQuorum } from './55-describe-quorum.ts'
import { alterPartition } from './56-alter-partition.ts'
import { fetchSnapshot } from './59-fetch-snapshot.ts'
import { describeCluster } from './60-describe-cluster.ts'
import { brokerRegistration } from './62-broker-registration.ts'
import { brokerHeartbeat } from './63-broker-heartbeat.ts'
import { unregisterBroker } from './64-unregister-broker.ts'
import { allocateProducerIds } from './67-allocate-producer-ids.ts'
import type { ControllerParts } from './parts.ts'

const handlers: readonly AnyHandler<ControllerParts>[] = [
  fetch,
  createApiVersions<ControllerParts>({
    served: () => handlers,
    metadata: ({ controller }) => controller.image,
  }),
  createTopics,
  deleteTopics,
  alterConfigs,
  createPartitions,
  incrementalAlterConfigs,
  alterPartition,
  fetchSnapshot,
  describeCluster,
  brokerRegistration,
  brokerHeartbeat,
  allocateProducerIds,
  electLeaders,
  alterPartitionReassignments,
  listPartitionReassignments,
  describeQuorum,
  unregisterBroker,
]

export const controllerTable: ApiTable<ControllerParts> = tableOf(handlers)
