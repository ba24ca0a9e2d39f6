// Every API whose messages are defined here, by key. Which of them a broker serves is api/table.ts.
import { produceRequest, produceResponse } from './00-produce.ts'
import { fetchRequest, fetchResponse } from './01-fetch.ts'
import { listOffsetsRequest, listOffsetsResponse } from './02-list-offsets.ts'
import { metadataRequest, metadataResponse } from './03-metadata.ts'
import { offsetCommitRequest, offsetCommitResponse } from './08-offset-commit.ts'
import { offsetFetchRequest, offsetFetchResponse } from './09-offset-fetch.ts'
import { findCoordinatorRequest, findCoordinatorResponse } from './10-find-coordinator.ts'
import { joinGroupRequest, joinGroupResponse } from './11-join-group.ts'
import { heartbeatRequest, heartbeatResponse } from './12-heartbeat.ts'
import { leaveGroupRequest, leaveGroupResponse } from './13-leave-group.ts'
import { syncGroupRequest, syncGroupResponse } from './14-sync-group.ts'
import { describeGroupsRequest, describeGroupsResponse } from './15-describe-groups.ts'
import { listGroupsRequest, listGroupsResponse } from './16-list-groups.ts'
import { saslHandshakeRequest, saslHandshakeResponse } from './17-sasl-handshake.ts'
import { apiVersionsRequest, apiVersionsResponse } from './18-api-versions.ts'
import { createTopicsRequest, createTopicsResponse } from './19-create-topics.ts'
import { deleteTopicsRequest, deleteTopicsResponse } from './20-delete-topics.ts'
import { deleteRecordsRequest, deleteRecordsResponse } from './21-delete-records.ts'
import { initProducerIdRequest, initProducerIdResponse } from './22-init-producer-id.ts'
import {
  offsetForLeaderEpochRequest,
  offsetForLeaderEpochResponse,
} from './23-offset-for-leader-epoch.ts'
import {
  addPartitionsToTxnRequest,
  addPartitionsToTxnResponse,
} from './24-add-partitions-to-txn.ts'
import { addOffsetsToTxnRequest, addOffsetsToTxnResponse } from './25-add-offsets-to-txn.ts'
import { endTxnRequest, endTxnResponse } from './26-end-txn.ts'
import { writeTxnMarkersRequest, writeTxnMarkersResponse } from './27-write-txn-markers.ts'
import { txnOffsetCommitRequest, txnOffsetCommitResponse } from './28-txn-offset-commit.ts'
import { describeAclsRequest, describeAclsResponse } from './29-describe-acls.ts'
import { createAclsRequest, createAclsResponse } from './30-create-acls.ts'
import { deleteAclsRequest, deleteAclsResponse } from './31-delete-acls.ts'
import { describeConfigsRequest, describeConfigsResponse } from './32-describe-configs.ts'
import { alterConfigsRequest, alterConfigsResponse } from './33-alter-configs.ts'
import {
  alterReplicaLogDirsRequest,
  alterReplicaLogDirsResponse,
} from './34-alter-replica-log-dirs.ts'
import { describeLogDirsRequest, describeLogDirsResponse } from './35-describe-log-dirs.ts'
import { saslAuthenticateRequest, saslAuthenticateResponse } from './36-sasl-authenticate.ts'
import { createPartitionsRequest, createPartitionsResponse } from './37-create-partitions.ts'
import { deleteGroupsRequest, deleteGroupsResponse } from './42-delete-groups.ts'
import { electLeadersRequest, electLeadersResponse } from './43-elect-leaders.ts'
import {
  incrementalAlterConfigsRequest,
  incrementalAlterConfigsResponse,
} from './44-incremental-alter-configs.ts'
import {
  alterPartitionReassignmentsRequest,
  alterPartitionReassignmentsResponse,
} from './45-alter-partition-reassignments.ts'
import {
  listPartitionReassignmentsRequest,
  listPartitionReassignmentsResponse,
} from './46-list-partition-reassignments.ts'
import { offsetDeleteRequest, offsetDeleteResponse } from './47-offset-delete.ts'
import {
  describeClientQuotasRequest,
  describeClientQuotasResponse,
} from './48-describe-client-quotas.ts'
import { alterClientQuotasRequest, alterClientQuotasResponse } from './49-alter-client-quotas.ts'
import {
  describeUserScramCredentialsRequest,
  describeUserScramCredentialsResponse,
} from './50-describe-user-scram-credentials.ts'
import {
  alterUserScramCredentialsRequest,
  alterUserScramCredentialsResponse,
} from './51-alter-user-scram-credentials.ts'
import { describeQuorumRequest, describeQuorumResponse } from './55-describe-quorum.ts'
import { alterPartitionRequest, alterPartitionResponse } from './56-alter-partition.ts'
import { updateFeaturesRequest, updateFeaturesResponse } from './57-update-features.ts'
import { envelopeRequest, envelopeResponse } from './58-envelope.ts'
import { fetchSnapshotRequest, fetchSnapshotResponse } from './59-fetch-snapshot.ts'
import { describeClusterRequest, describeClusterResponse } from './60-describe-cluster.ts'
import { describeProducersRequest, describeProducersResponse } from './61-describe-producers.ts'
import { brokerRegistrationRequest, brokerRegistrationResponse } from './62-broker-registration.ts'
import { brokerHeartbeatRequest, brokerHeartbeatResponse } from './63-broker-heartbeat.ts'
import { unregisterBrokerRequest, unregisterBrokerResponse } from './64-unregister-broker.ts'
import {
  describeTransactionsRequest,
  describeTransactionsResponse,
} from './65-describe-transactions.ts'
import { listTransactionsRequest, listTransactionsResponse } from './66-list-transactions.ts'
import {
  allocateProducerIdsRequest,
  allocateProducerIdsResponse,
} from './67-allocate-producer-ids.ts'
import {
  consumerGroupHeartbeatRequest,
  consumerGroupHeartbeatResponse,
} from './68-consumer-group-heartbeat.ts'
import {
  consumerGroupDescribeRequest,
  consumerGroupDescribeResponse,
} from './69-consumer-group-describe.ts'
import {
  listConfigResourcesRequest,
  listConfigResourcesResponse,
} from './74-list-config-resources.ts'
import {
  describeTopicPartitionsRequest,
  describeTopicPartitionsResponse,
} from './75-describe-topic-partitions.ts'

export const apis = {
  produce: { key: 0, name: 'Produce', request: produceRequest, response: produceResponse },
  fetch: { key: 1, name: 'Fetch', request: fetchRequest, response: fetchResponse },
  listOffsets: {
    key: 2,
    name: 'ListOffsets',
    request: listOffsetsRequest,
    response: listOffsetsResponse,
  },
  metadata: { key: 3, name: 'Metadata', request: metadataRequest, response: metadataResponse },
  offsetCommit: {
    key: 8,
    name: 'OffsetCommit',
    request: offsetCommitRequest,
    response: offsetCommitResponse,
  },
  offsetFetch: {
    key: 9,
    name: 'OffsetFetch',
    request: offsetFetchRequest,
    response: offsetFetchResponse,
  },
  findCoordinator: {
    key: 10,
    name: 'FindCoordinator',
    request: findCoordinatorRequest,
    response: findCoordinatorResponse,
  },
  joinGroup: { key: 11, name: 'JoinGroup', request: joinGroupRequest, response: joinGroupResponse },
  heartbeat: { key: 12, name: 'Heartbeat', request: heartbeatRequest, response: heartbeatResponse },
  leaveGroup: {
    key: 13,
    name: 'LeaveGroup',
    request: leaveGroupRequest,
    response: leaveGroupResponse,
  },
  syncGroup: { key: 14, name: 'SyncGroup', request: syncGroupRequest, response: syncGroupResponse },
  describeGroups: {
    key: 15,
    name: 'DescribeGroups',
    request: describeGroupsRequest,
    response: describeGroupsResponse,
  },
  listGroups: {
    key: 16,
    name: 'ListGroups',
    request: listGroupsRequest,
    response: listGroupsResponse,
  },
  saslHandshake: {
    key: 17,
    name: 'SaslHandshake',
    request: saslHandshakeRequest,
    response: saslHandshakeResponse,
  },
  apiVersions: {
    key: 18,
    name: 'ApiVersions',
    request: apiVersionsRequest,
    response: apiVersionsResponse,
  },
  createTopics: {
    key: 19,
    name: 'CreateTopics',
    request: createTopicsRequest,
    response: createTopicsResponse,
  },
  deleteTopics: {
    key: 20,
    name: 'DeleteTopics',
    request: deleteTopicsRequest,
    response: deleteTopicsResponse,
  },
  deleteRecords: {
    key: 21,
    name: 'DeleteRecords',
    request: deleteRecordsRequest,
    response: deleteRecordsResponse,
  },
  initProducerId: {
    key: 22,
    name: 'InitProducerId',
    request: initProducerIdRequest,
    response: initProducerIdResponse,
  },
  offsetForLeaderEpoch: {
    key: 23,
    name: 'OffsetForLeaderEpoch',
    request: offsetForLeaderEpochRequest,
    response: offsetForLeaderEpochResponse,
  },
  addPartitionsToTxn: {
    key: 24,
    name: 'AddPartitionsToTxn',
    request: addPartitionsToTxnRequest,
    response: addPartitionsToTxnResponse,
  },
  addOffsetsToTxn: {
    key: 25,
    name: 'AddOffsetsToTxn',
    request: addOffsetsToTxnRequest,
    response: addOffsetsToTxnResponse,
  },
  endTxn: { key: 26, name: 'EndTxn', request: endTxnRequest, response: endTxnResponse },
  writeTxnMarkers: {
    key: 27,
    name: 'WriteTxnMarkers',
    request: writeTxnMarkersRequest,
    response: writeTxnMarkersResponse,
  },
  txnOffsetCommit: {
    key: 28,
    name: 'TxnOffsetCommit',
    request: txnOffsetCommitRequest,
    response: txnOffsetCommitResponse,
  },
  describeAcls: {
    key: 29,
    name: 'DescribeAcls',
    request: describeAclsRequest,
    response: describeAclsResponse,
  },
  createAcls: {
    key: 30,
    name: 'CreateAcls',
    request: createAclsRequest,
    response: createAclsResponse,
  },
  deleteAcls: {
    key: 31,
    name: 'DeleteAcls',
    request: deleteAclsRequest,
    response: deleteAclsResponse,
  },
  describeConfigs: {
    key: 32,
    name: 'DescribeConfigs',
    request: describeConfigsRequest,
    response: describeConfigsResponse,
  },
  alterConfigs: {
    key: 33,
    name: 'AlterConfigs',
    request: alterConfigsRequest,
    response: alterConfigsResponse,
  },
  alterReplicaLogDirs: {
    key: 34,
    name: 'AlterReplicaLogDirs',
    request: alterReplicaLogDirsRequest,
    response: alterReplicaLogDirsResponse,
  },
  describeLogDirs: {
    key: 35,
    name: 'DescribeLogDirs',
    request: describeLogDirsRequest,
    response: describeLogDirsResponse,
  },
  saslAuthenticate: {
    key: 36,
    name: 'SaslAuthenticate',
    request: saslAuthenticateRequest,
    response: saslAuthenticateResponse,
  },
  createPartitions: {
    key: 37,
    name: 'CreatePartitions',
    request: createPartitionsRequest,
    response: createPartitionsResponse,
  },
  deleteGroups: {
    key: 42,
    name: 'DeleteGroups',
    request: deleteGroupsRequest,
    response: deleteGroupsResponse,
  },
  electLeaders: {
    key: 43,
    name: 'ElectLeaders',
    request: electLeadersRequest,
    response: electLeadersResponse,
  },
  incrementalAlterConfigs: {
    key: 44,
    name: 'IncrementalAlterConfigs',
    request: incrementalAlterConfigsRequest,
    response: incrementalAlterConfigsResponse,
  },
  alterPartitionReassignments: {
    key: 45,
    name: 'AlterPartitionReassignments',
    request: alterPartitionReassignmentsRequest,
    response: alterPartitionReassignmentsResponse,
  },
  listPartitionReassignments: {
    key: 46,
    name: 'ListPartitionReassignments',
    request: listPartitionReassignmentsRequest,
    response: listPartitionReassignmentsResponse,
  },
  offsetDelete: {
    key: 47,
    name: 'OffsetDelete',
    request: offsetDeleteRequest,
    response: offsetDeleteResponse,
  },
  describeClientQuotas: {
    key: 48,
    name: 'DescribeClientQuotas',
    request: describeClientQuotasRequest,
    response: describeClientQuotasResponse,
  },
  alterClientQuotas: {
    key: 49,
    name: 'AlterClientQuotas',
    request: alterClientQuotasRequest,
    response: alterClientQuotasResponse,
  },
  describeUserScramCredentials: {
    key: 50,
    name: 'DescribeUserScramCredentials',
    request: describeUserScramCredentialsRequest,
    response: describeUserScramCredentialsResponse,
  },
  alterUserScramCredentials: {
    key: 51,
    name: 'AlterUserScramCredentials',
    request: alterUserScramCredentialsRequest,
    response: alterUserScramCredentialsResponse,
  },
  describeQuorum: {
    key: 55,
    name: 'DescribeQuorum',
    request: describeQuorumRequest,
    response: describeQuorumResponse,
  },
  alterPartition: {
    key: 56,
    name: 'AlterPartition',
    request: alterPartitionRequest,
    response: alterPartitionResponse,
  },
  updateFeatures: {
    key: 57,
    name: 'UpdateFeatures',
    request: updateFeaturesRequest,
    response: updateFeaturesResponse,
  },
  envelope: { key: 58, name: 'Envelope', request: envelopeRequest, response: envelopeResponse },
  fetchSnapshot: {
    key: 59,
    name: 'FetchSnapshot',
    request: fetchSnapshotRequest,
    response: fetchSnapshotResponse,
  },
  describeCluster: {
    key: 60,
    name: 'DescribeCluster',
    request: describeClusterRequest,
    response: describeClusterResponse,
  },
  describeProducers: {
    key: 61,
    name: 'DescribeProducers',
    request: describeProducersRequest,
    response: describeProducersResponse,
  },
  brokerRegistration: {
    key: 62,
    name: 'BrokerRegistration',
    request: brokerRegistrationRequest,
    response: brokerRegistrationResponse,
  },
  brokerHeartbeat: {
    key: 63,
    name: 'BrokerHeartbeat',
    request: brokerHeartbeatRequest,
    response: brokerHeartbeatResponse,
  },
  unregisterBroker: {
    key: 64,
    name: 'UnregisterBroker',
    request: unregisterBrokerRequest,
    response: unregisterBrokerResponse,
  },
  describeTransactions: {
    key: 65,
    name: 'DescribeTransactions',
    request: describeTransactionsRequest,
    response: describeTransactionsResponse,
  },
  listTransactions: {
    key: 66,
    name: 'ListTransactions',
    request: listTransactionsRequest,
    response: listTransactionsResponse,
  },
  allocateProducerIds: {
    key: 67,
    name: 'AllocateProducerIds',
    request: allocateProducerIdsRequest,
    response: allocateProducerIdsResponse,
  },
  consumerGroupHeartbeat: {
    key: 68,
    name: 'ConsumerGroupHeartbeat',
    request: consumerGroupHeartbeatRequest,
    response: consumerGroupHeartbeatResponse,
  },
  consumerGroupDescribe: {
    key: 69,
    name: 'ConsumerGroupDescribe',
    request: consumerGroupDescribeRequest,
    response: consumerGroupDescribeResponse,
  },
  listConfigResources: {
    key: 74,
    name: 'ListConfigResources',
    request: listConfigResourcesRequest,
    response: listConfigResourcesResponse,
  },
  describeTopicPartitions: {
    key: 75,
    name: 'DescribeTopicPartitions',
    request: describeTopicPartitionsRequest,
    response: describeTopicPartitionsResponse,
  },
} as const

export type Apis = typeof apis
export type ApiName = keyof Apis
