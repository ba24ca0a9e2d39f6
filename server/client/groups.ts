// Consumer groups: which there are, and what their coordinators say of them.
//
// A group is listed by the broker that coordinates it, so listing asks every broker. Groups of
// the newer protocol (KIP-848) are described by an API of their own; kinds that are not known
// here (share, streams) are listed and not described.

import { decode } from '../protocol/codec.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { consumerProtocolAssignment } from '../protocol/group-records/consumer-protocol-assignment.ts'
import { Reader } from '../protocol/reader.ts'
import type { ClusterClient } from './cluster-client.ts'
import { UnsupportedApiError } from './connection.ts'
import { KafkaError } from './errors.ts'

export interface GroupListing {
  name: string
  protocolType: string
  /** '' on clusters that do not list it (before Apache Kafka 2.6). */
  state: string
  /** 'classic' on clusters that know no other. */
  type: string
  coordinator: number
}

export interface GroupMember {
  memberId: string
  groupInstanceId: string | null
  clientId: string
  clientHost: string
  assignment: { topic: string; partitions: number[] }[]
}

export interface GroupDescription {
  name: string
  /** 'classic' or 'consumer'. */
  type: string
  state: string
  protocolType: string
  protocol: string
  members: GroupMember[]
}

/** Groups of all brokers that answered, and the failures of the others. Rejects when none did. */
export async function listGroups(
  client: ClusterClient,
): Promise<{ groups: GroupListing[]; errors: Error[] }> {
  const errors: Error[] = []
  const brokers = await client.brokers()
  const lists = await Promise.all(
    brokers.map(async ({ id }) => {
      try {
        return await listOn(client, id)
      } catch (error) {
        errors.push(error as Error)
        return []
      }
    }),
  )
  if (errors.length > 0 && errors.length === brokers.length) throw errors[0]
  // A coordinator that moves meanwhile lists its group twice; the later broker has it now.
  const unique = new Map(lists.flat().map((group) => [group.name, group]))
  return { groups: [...unique.values()], errors }
}

async function listOn(client: ClusterClient, brokerId: number): Promise<GroupListing[]> {
  const answer = await client.askBroker(brokerId, 'listGroups', {})
  if (answer.errorCode !== 0 && answer.errorCode !== ErrorCode.COORDINATOR_NOT_AVAILABLE) {
    throw new KafkaError(answer.errorCode, client.nameOf(brokerId), 'List of groups')
  }
  return answer.groups.map(({ groupId, protocolType, groupState, groupType }) => ({
    name: groupId,
    protocolType,
    state: groupState,
    type: groupType === '' ? 'classic' : groupType.toLowerCase(),
    coordinator: brokerId,
  }))
}

/** Describes groups that one broker coordinates. Those that it refused are left out. */
export async function describeGroups(
  client: ClusterClient,
  brokerId: number,
  groups: readonly { name: string; type: string }[],
): Promise<GroupDescription[]> {
  const namesOf = (type: string) => groups.filter((one) => one.type === type).map((one) => one.name)
  const [classic, consumer] = await Promise.all([
    describeClassic(client, brokerId, namesOf('classic')),
    describeConsumer(client, brokerId, namesOf('consumer')),
  ])
  return [...classic, ...consumer]
}

async function describeClassic(
  client: ClusterClient,
  brokerId: number,
  names: readonly string[],
): Promise<GroupDescription[]> {
  if (names.length === 0) return []
  const answer = await client.askBroker(brokerId, 'describeGroups', { groups: names })
  return answer.groups
    .filter(({ errorCode }) => errorCode === 0)
    .map((group) => ({
      name: group.groupId,
      type: 'classic',
      state: group.groupState,
      protocolType: group.protocolType,
      protocol: group.protocolData,
      members: group.members.map((member) => ({
        memberId: member.memberId,
        groupInstanceId: member.groupInstanceId,
        clientId: member.clientId,
        clientHost: member.clientHost,
        assignment:
          group.protocolType === 'consumer' ? readAssignment(member.memberAssignment) : [],
      })),
    }))
}

async function describeConsumer(
  client: ClusterClient,
  brokerId: number,
  names: readonly string[],
): Promise<GroupDescription[]> {
  if (names.length === 0) return []
  try {
    const answer = await client.askBroker(brokerId, 'consumerGroupDescribe', { groupIds: names })
    return answer.groups
      .filter(({ errorCode }) => errorCode === 0)
      .map((group) => ({
        name: group.groupId,
        type: 'consumer',
        state: group.groupState,
        protocolType: 'consumer',
        protocol: group.assignorName,
        members: group.members.map((member) => ({
          memberId: member.memberId,
          groupInstanceId: member.instanceId,
          clientId: member.clientId,
          clientHost: member.clientHost,
          assignment: member.assignment.topicPartitions.map(({ topicName, partitions }) => ({
            topic: topicName,
            partitions,
          })),
        })),
      }))
  } catch (error) {
    if (error instanceof UnsupportedApiError) return []
    throw error
  }
}

/** What the group's leader assigned to a member; nothing where it cannot be read. */
function readAssignment(bytes: Buffer): { topic: string; partitions: number[] }[] {
  if (bytes.length < 2) return []
  try {
    const { first, last } = consumerProtocolAssignment.versions
    const version = Math.min(Math.max(new Reader(bytes).int16(), first), last)
    return decode(consumerProtocolAssignment, version, bytes.subarray(2)).assignedPartitions
  } catch {
    // The bytes are the client's own affair; some put other things there.
    return []
  }
}
