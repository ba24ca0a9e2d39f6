// Many partitions on one machine: how long until they are usable, what lists, offsets and a
// record for each of them cost, and what is left of it after a restart. Brokers alone, no console;
// Riverglass with a limit of 4,096 open files.
//
// "Usable" is when the leader of every partition has answered for its latest offset.

import type { Answer, ClusterClient } from '../client/cluster-client.ts'
import { groupBy } from '../client/group-by.ts'
import { isRetriable } from '../protocol/errors.ts'
import { buildBatch } from '../records/batch-builder.ts'
import { openClient } from './load.ts'
import { cpuSeconds, openFiles, residentMegabytes } from './process-figures.ts'
import { type Figures, note } from './report.ts'
import type { ScaleSubject } from './scale-subjects.ts'

const partitionsPerTopic = 1000
const rounds = 5
const latest = -1n
const pageOfPartitions = 2000
const usableWithinMs = 600_000

interface Place {
  topic: string
  partition: number
  leader: number
}

/** Measures one subject, which has just been started, and stops it. */
export async function measureScale(
  subject: ScaleSubject,
  partitions: number,
  figures: Figures,
): Promise<void> {
  const put = (row: string, value: number) => {
    console.log(`${subject.name}: ${row}: ${value.toFixed(value < 10 ? 2 : 0)}`)
    note(figures, row, subject.name, value)
  }
  put('start of an empty cluster, s', subject.readyMs / 1000)
  const client = openClient(subject.bootstrap)
  const some = partitionsPerTopic.toLocaleString('en')
  for (const replicas of [1, 3]) {
    const name = `warm-${replicas}`
    const seconds = await timed(() => createUsable(client, [name], replicas))
    put(`${some} partitions, ${replicas} replica(s), usable after, s`, seconds)
  }
  const emptyMegabytes = residentMegabytes(subject.pids())
  const names = namesOf(partitions)
  const all = partitions.toLocaleString('en')
  const cpuBefore = cpuSeconds(subject.pids())
  put(
    `${all} partitions usable after, s`,
    await timed(() => createUsable(client, names, subject.replicas)),
  )
  put('… processor time, s', cpuSeconds(subject.pids()) - cpuBefore)
  put('… list (Metadata of all), ms', await middle(() => client.metadata()))
  put('… describe (DescribeTopicPartitions of all), ms', await middle(() => describeAll(client)))
  const places = await placesOf(client, names)
  put('… latest offsets of all, ms', await middle(() => latestOffsets(client, places)))
  put('… a record to each, acks=all, s', await timed(() => produceToEach(client, places)))
  const megabytes = residentMegabytes(subject.pids())
  put('… memory, MB', megabytes)
  put('… kB a partition', ((megabytes - emptyMegabytes) * 1024) / partitions)
  put('… open files and sockets', openFiles(subject.pids()))
  client.close()
  put('… stop in order, s', await timed(() => subject.stop()))
  put(
    '… start again until usable, s',
    await timed(async () => {
      await subject.start()
      const again = openClient(subject.bootstrap)
      await untilUsable(again, names)
      again.close()
    }),
  )
  put('… memory after the restart, MB', residentMegabytes(subject.pids()))
  put('… open files and sockets after it', openFiles(subject.pids()))
}

function namesOf(partitions: number): string[] {
  const topics = Math.ceil(partitions / partitionsPerTopic)
  return Array.from({ length: topics }, (_, index) => `many-${index}`)
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (performance.now() - startedAt) / 1000
}

/** Milliseconds, the middle of a few rounds. */
async function middle(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) times.push((await timed(work)) * 1000)
  return times.sort((a, b) => a - b)[rounds >> 1] ?? Number.NaN
}

async function createUsable(
  client: ClusterClient,
  names: readonly string[],
  replicationFactor: number,
): Promise<void> {
  const configs = [{ name: 'min.insync.replicas', value: '1' }]
  // One after the other: Apache Kafka makes no more than some thousands of partitions at once.
  for (const name of names) {
    const topic = { name, numPartitions: partitionsPerTopic, replicationFactor, configs }
    const { answer } = await client.askController(
      'createTopics',
      { topics: [{ ...topic, assignments: [] }], timeoutMs: 60_000, validateOnly: false },
      (given) => given.topics[0]?.errorCode ?? -1,
    )
    const [row] = answer.topics
    if (row?.errorCode !== 0) throw new Error(`${name}: ${row?.errorMessage}`)
  }
  await untilUsable(client, names)
}

async function untilUsable(client: ClusterClient, names: readonly string[]): Promise<void> {
  const giveUpAt = performance.now() + usableWithinMs
  for (;;) {
    try {
      const places = await placesOf(client, names)
      const wanted = names.length * partitionsPerTopic
      if (places.length === wanted && (await latestOffsets(client, places)) === wanted) return
    } catch (error) {
      // A cluster that is starting may close connections.
      if (performance.now() > giveUpAt) throw error
    }
    if (performance.now() > giveUpAt) throw new Error('the partitions did not become usable')
    await client.pause(20)
  }
}

/** Those with a leader. */
async function placesOf(client: ClusterClient, names: readonly string[]): Promise<Place[]> {
  const { topics } = await client.metadata(names)
  return topics.flatMap(({ name, partitions }) =>
    partitions
      .filter(({ leader }) => leader >= 0)
      .map(({ partition, leader }) => ({ topic: name, partition, leader })),
  )
}

/** Asks every leader once; answers how many partitions had an offset to tell. */
async function latestOffsets(client: ClusterClient, places: readonly Place[]): Promise<number> {
  const counts = await Promise.all(
    [...groupBy(places, ({ leader }) => leader)].map(async ([leader, rows]) => {
      const topics = [...groupBy(rows, ({ topic }) => topic)].map(([name, those]) => ({
        name,
        partitions: those.map(({ partition }) => ({
          partitionIndex: partition,
          timestamp: latest,
        })),
      }))
      const body = { replicaId: -1, isolationLevel: 0, topics }
      const answer = await client.askBroker(leader, 'listOffsets', body)
      return answer.topics.flatMap((topic) => topic.partitions).filter((one) => one.errorCode === 0)
        .length
    }),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

async function describeAll(client: ClusterClient): Promise<number> {
  const { topics } = await client.metadata()
  const names = topics.map(({ name }) => ({ name })).sort((a, b) => (a.name < b.name ? -1 : 1))
  let count = 0
  let cursor: { topicName: string; partitionIndex: number } | null = null
  do {
    const first: string = cursor?.topicName ?? ''
    const rest = names.filter(({ name }) => name >= first)
    const { answer }: { answer: Answer<'describeTopicPartitions'> } = await client.askAny(
      'describeTopicPartitions',
      {
        topics: rest,
        responsePartitionLimit: pageOfPartitions,
        cursor,
      },
    )
    for (const topic of answer.topics) count += topic.partitions.length
    cursor = answer.nextCursor
  } while (cursor !== null)
  return count
}

/** Goes on with those whose leader refused for now, until every partition has its record. */
async function produceToEach(client: ClusterClient, places: readonly Place[]): Promise<void> {
  const batch = buildBatch([{ key: null, value: 'one', timestamp: BigInt(Date.now()) }])
  const giveUpAt = performance.now() + usableWithinMs
  let waiting = places
  while (waiting.length > 0) {
    const groups = groupBy(waiting, ({ leader }) => leader)
    const refused = await Promise.all(
      [...groups].map(([leader, rows]) => produceOnce(client, leader, rows, batch)),
    )
    const left = new Set(refused.flat())
    if (left.size === 0) return
    if (performance.now() > giveUpAt) throw new Error(`${left.size} partitions took no record`)
    await client.pause(100)
    const names = [...new Set(waiting.map(({ topic }) => topic))]
    const all = await placesOf(client, names)
    waiting = all.filter(({ topic, partition }) => left.has(`${topic}-${partition}`))
  }
}

/** Names the partitions whose leader may take the record later. */
async function produceOnce(
  client: ClusterClient,
  leader: number,
  places: readonly Place[],
  batch: Buffer,
): Promise<string[]> {
  const topicData = [...groupBy(places, ({ topic }) => topic)].map(([name, those]) => ({
    name,
    partitionData: those.map(({ partition }) => ({
      index: partition,
      records: Buffer.from(batch),
    })),
  }))
  const body = { acks: -1, timeoutMs: 60_000, topicData }
  const answer = await client.askBroker(leader, 'produce', body, { versionMax: 12 })
  return answer.responses.flatMap(({ name, partitionResponses }) =>
    partitionResponses
      .filter(({ errorCode }) => errorCode !== 0)
      .map(({ index, errorCode }) => {
        if (!isRetriable(errorCode)) throw new Error(`${name}-${index}: error ${errorCode}`)
        return `${name}-${index}`
      }),
  )
}
