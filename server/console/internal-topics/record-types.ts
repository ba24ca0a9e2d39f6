// The types of record that Kafka's coordinators write to their topics: by the number with which a
// key begins, its name in Kafka (CoordinatorRecordType) and the definitions of key and value.

import type { Message } from '../../protocol/definition.ts'
import { consumerGroupCurrentMemberAssignmentKey } from '../../protocol/group-records/consumer-group-current-member-assignment-key.ts'
import { consumerGroupCurrentMemberAssignmentValue } from '../../protocol/group-records/consumer-group-current-member-assignment-value.ts'
import { consumerGroupMemberMetadataKey } from '../../protocol/group-records/consumer-group-member-metadata-key.ts'
import { consumerGroupMemberMetadataValue } from '../../protocol/group-records/consumer-group-member-metadata-value.ts'
import { consumerGroupMetadataKey } from '../../protocol/group-records/consumer-group-metadata-key.ts'
import { consumerGroupMetadataValue } from '../../protocol/group-records/consumer-group-metadata-value.ts'
import { consumerGroupPartitionMetadataKey } from '../../protocol/group-records/consumer-group-partition-metadata-key.ts'
import { consumerGroupPartitionMetadataValue } from '../../protocol/group-records/consumer-group-partition-metadata-value.ts'
import { consumerGroupRegularExpressionKey } from '../../protocol/group-records/consumer-group-regular-expression-key.ts'
import { consumerGroupRegularExpressionValue } from '../../protocol/group-records/consumer-group-regular-expression-value.ts'
import { consumerGroupTargetAssignmentMemberKey } from '../../protocol/group-records/consumer-group-target-assignment-member-key.ts'
import { consumerGroupTargetAssignmentMemberValue } from '../../protocol/group-records/consumer-group-target-assignment-member-value.ts'
import { consumerGroupTargetAssignmentMetadataKey } from '../../protocol/group-records/consumer-group-target-assignment-metadata-key.ts'
import { consumerGroupTargetAssignmentMetadataValue } from '../../protocol/group-records/consumer-group-target-assignment-metadata-value.ts'
import { groupMetadataKey } from '../../protocol/group-records/group-metadata-key.ts'
import { groupMetadataValue } from '../../protocol/group-records/group-metadata-value.ts'
import { legacyOffsetCommitKey } from '../../protocol/group-records/legacy-offset-commit-key.ts'
import { offsetCommitKey } from '../../protocol/group-records/offset-commit-key.ts'
import { offsetCommitValue } from '../../protocol/group-records/offset-commit-value.ts'
import { shareGroupCurrentMemberAssignmentKey } from '../../protocol/group-records/share-group-current-member-assignment-key.ts'
import { shareGroupCurrentMemberAssignmentValue } from '../../protocol/group-records/share-group-current-member-assignment-value.ts'
import { shareGroupMemberMetadataKey } from '../../protocol/group-records/share-group-member-metadata-key.ts'
import { shareGroupMemberMetadataValue } from '../../protocol/group-records/share-group-member-metadata-value.ts'
import { shareGroupMetadataKey } from '../../protocol/group-records/share-group-metadata-key.ts'
import { shareGroupMetadataValue } from '../../protocol/group-records/share-group-metadata-value.ts'
import { shareGroupStatePartitionMetadataKey } from '../../protocol/group-records/share-group-state-partition-metadata-key.ts'
import { shareGroupStatePartitionMetadataValue } from '../../protocol/group-records/share-group-state-partition-metadata-value.ts'
import { shareGroupTargetAssignmentMemberKey } from '../../protocol/group-records/share-group-target-assignment-member-key.ts'
import { shareGroupTargetAssignmentMemberValue } from '../../protocol/group-records/share-group-target-assignment-member-value.ts'
import { shareGroupTargetAssignmentMetadataKey } from '../../protocol/group-records/share-group-target-assignment-metadata-key.ts'
import { shareGroupTargetAssignmentMetadataValue } from '../../protocol/group-records/share-group-target-assignment-metadata-value.ts'
import { streamsGroupCurrentMemberAssignmentKey } from '../../protocol/group-records/streams-group-current-member-assignment-key.ts'
import { streamsGroupCurrentMemberAssignmentValue } from '../../protocol/group-records/streams-group-current-member-assignment-value.ts'
import { streamsGroupMemberMetadataKey } from '../../protocol/group-records/streams-group-member-metadata-key.ts'
import { streamsGroupMemberMetadataValue } from '../../protocol/group-records/streams-group-member-metadata-value.ts'
import { streamsGroupMetadataKey } from '../../protocol/group-records/streams-group-metadata-key.ts'
import { streamsGroupMetadataValue } from '../../protocol/group-records/streams-group-metadata-value.ts'
import { streamsGroupTargetAssignmentMemberKey } from '../../protocol/group-records/streams-group-target-assignment-member-key.ts'
import { streamsGroupTargetAssignmentMemberValue } from '../../protocol/group-records/streams-group-target-assignment-member-value.ts'
import { streamsGroupTargetAssignmentMetadataKey } from '../../protocol/group-records/streams-group-target-assignment-metadata-key.ts'
import { streamsGroupTargetAssignmentMetadataValue } from '../../protocol/group-records/streams-group-target-assignment-metadata-value.ts'
import { streamsGroupTopologyKey } from '../../protocol/group-records/streams-group-topology-key.ts'
import { streamsGroupTopologyValue } from '../../protocol/group-records/streams-group-topology-value.ts'
import { shareSnapshotKey } from '../../protocol/share-records/share-snapshot-key.ts'
import { shareSnapshotValue } from '../../protocol/share-records/share-snapshot-value.ts'
import { shareUpdateKey } from '../../protocol/share-records/share-update-key.ts'
import { shareUpdateValue } from '../../protocol/share-records/share-update-value.ts'
import { transactionLogKey } from '../../protocol/transaction-records/transaction-log-key.ts'
import { transactionLogValue } from '../../protocol/transaction-records/transaction-log-value.ts'

export interface RecordType {
  name: string
  key: Message
  value: Message
}

export type RecordTypes = ReadonlyMap<number, RecordType>

/** Of `__consumer_offsets`. */
export const GROUP_RECORDS: RecordTypes = new Map(
  [
    // What Kafka wrote before 0.8.2 as well, with values of the same definition.
    { name: 'LegacyOffsetCommit', key: legacyOffsetCommitKey, value: offsetCommitValue },
    { name: 'OffsetCommit', key: offsetCommitKey, value: offsetCommitValue },
    { name: 'GroupMetadata', key: groupMetadataKey, value: groupMetadataValue },
    {
      name: 'ConsumerGroupMetadata',
      key: consumerGroupMetadataKey,
      value: consumerGroupMetadataValue,
    },
    {
      name: 'ConsumerGroupPartitionMetadata',
      key: consumerGroupPartitionMetadataKey,
      value: consumerGroupPartitionMetadataValue,
    },
    {
      name: 'ConsumerGroupMemberMetadata',
      key: consumerGroupMemberMetadataKey,
      value: consumerGroupMemberMetadataValue,
    },
    {
      name: 'ConsumerGroupTargetAssignmentMetadata',
      key: consumerGroupTargetAssignmentMetadataKey,
      value: consumerGroupTargetAssignmentMetadataValue,
    },
    {
      name: 'ConsumerGroupTargetAssignmentMember',
      key: consumerGroupTargetAssignmentMemberKey,
      value: consumerGroupTargetAssignmentMemberValue,
    },
    {
      name: 'ConsumerGroupCurrentMemberAssignment',
      key: consumerGroupCurrentMemberAssignmentKey,
      value: consumerGroupCurrentMemberAssignmentValue,
    },
    {
      name: 'ShareGroupMemberMetadata',
      key: shareGroupMemberMetadataKey,
      value: shareGroupMemberMetadataValue,
    },
    { name: 'ShareGroupMetadata', key: shareGroupMetadataKey, value: shareGroupMetadataValue },
    {
      name: 'ShareGroupTargetAssignmentMetadata',
      key: shareGroupTargetAssignmentMetadataKey,
      value: shareGroupTargetAssignmentMetadataValue,
    },
    {
      name: 'ShareGroupTargetAssignmentMember',
      key: shareGroupTargetAssignmentMemberKey,
      value: shareGroupTargetAssignmentMemberValue,
    },
    {
      name: 'ShareGroupCurrentMemberAssignment',
      key: shareGroupCurrentMemberAssignmentKey,
      value: shareGroupCurrentMemberAssignmentValue,
    },
    {
      name: 'ShareGroupStatePartitionMetadata',
      key: shareGroupStatePartitionMetadataKey,
      value: shareGroupStatePartitionMetadataValue,
    },
    {
      name: 'ConsumerGroupRegularExpression',
      key: consumerGroupRegularExpressionKey,
      value: consumerGroupRegularExpressionValue,
    },
    {
      name: 'StreamsGroupMetadata',
      key: streamsGroupMetadataKey,
      value: streamsGroupMetadataValue,
    },
    {
      name: 'StreamsGroupMemberMetadata',
      key: streamsGroupMemberMetadataKey,
      value: streamsGroupMemberMetadataValue,
    },
    {
      name: 'StreamsGroupTargetAssignmentMetadata',
      key: streamsGroupTargetAssignmentMetadataKey,
      value: streamsGroupTargetAssignmentMetadataValue,
    },
    {
      name: 'StreamsGroupTargetAssignmentMember',
      key: streamsGroupTargetAssignmentMemberKey,
      value: streamsGroupTargetAssignmentMemberValue,
    },
    {
      name: 'StreamsGroupCurrentMemberAssignment',
      key: streamsGroupCurrentMemberAssignmentKey,
      value: streamsGroupCurrentMemberAssignmentValue,
    },
    {
      name: 'StreamsGroupTopology',
      key: streamsGroupTopologyKey,
      value: streamsGroupTopologyValue,
    },
  ].map((type) => [type.key.apiKey, type]),
)

/** Of `__share_group_state`. */
export const SHARE_RECORDS: RecordTypes = new Map(
  [
    { name: 'ShareSnapshot', key: shareSnapshotKey, value: shareSnapshotValue },
    { name: 'ShareUpdate', key: shareUpdateKey, value: shareUpdateValue },
  ].map((type) => [type.key.apiKey, type]),
)

/** Of `__transaction_state`. */
export const TRANSACTION_RECORDS: RecordTypes = new Map(
  [{ name: 'TransactionLog', key: transactionLogKey, value: transactionLogValue }].map((type) => [
    type.key.apiKey,
    type,
  ]),
)
