// Disks that fail under a running cluster: one that answers EIO to everything, and one that can be
// written to no more. A broker's takes its log directory out of service, clients are told
// KAFKA_STORAGE_ERROR and go on elsewhere, and a start on a disk that is well brings all of it
// back. The controller's ends the process, which says why.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildBatch } from '../records/batch-builder.ts'
import { connect, kafkajsClient } from './clients/kafkajs.ts'
import { type RiverglassCluster, startRiverglass } from './clusters.ts'
import {
  breakFileSystem,
  coverReadOnly,
  imageAbsence,
  makeImage,
  mountImage,
  unmount,
} from './file-systems.ts'
import { withAdmin } from './groups.ts'
import { eventually } from './process.ts'
import { RawConnection } from './raw-connection.ts'

const STORAGE_ERROR = 56
const NOT_LEADER = 6
const FAILING = 2
const SHARED = 'shared'
const ALONE = 'alone'
const IMAGE_MEGABYTES = 64

const absence = await imageAbsence()
if (absence !== undefined) console.log(`Failing disks are left out: ${absence}`)

describe.skipIf(absence !== undefined)('a cluster', () => {
  let cluster: RiverglassCluster | undefined
  let images: string
  let mounted: string[] = []

  beforeEach(() => {
    images = mkdtempSync(join(tmpdir(), 'riverglass-images-'))
  })
  afterEach(async () => {
    for (const folder of mounted.reverse()) await unmount(folder)
    mounted = []
    // What is mounted cannot be removed; a process whose disk is gone has ended without order.
    await cluster?.stop().catch(() => undefined)
    cluster = undefined
    rmSync(images, { recursive: true, force: true })
  })

  /** A cluster of which `part` (broker-2, controller) lies on a disk of its own. */
  async function startWith(part: string) {
    const image = join(images, 'disk')
    let folder = ''
    await makeImage(image, IMAGE_MEGABYTES)
    const started = await startRiverglass(async (data) => {
      folder = join(data, part)
      mkdirSync(folder)
      await mountImage(image, folder)
      mounted.push(folder)
    })
    cluster = started
    const remount = async () => {
      for (const one of mounted.reverse()) await unmount(one)
      await mountImage(image, folder)
      mounted = [folder]
    }
    return { cluster: started, folder, remount }
  }

  const addressOf = ({ bootstrap }: RiverglassCluster, broker: number) =>
    bootstrap.split(',')[broker - 1] as string

  async function createTopics({ bootstrap }: RiverglassCluster): Promise<void> {
    const safe = [{ name: 'min.insync.replicas', value: '2' }]
    const replicaAssignment = [
      { partition: 0, replicas: [2, 1, 3] },
      { partition: 1, replicas: [1, 2, 3] },
    ]
    await withAdmin(bootstrap, (admin) =>
      admin.createTopics({
        topics: [
          { topic: SHARED, replicaAssignment, configEntries: safe },
          { topic: ALONE, replicaAssignment: [{ partition: 0, replicas: [FAILING] }] },
        ],
      }),
    )
  }

  /** What the failing broker says to a producer of the topic that it alone has. */
  async function produceAt(connection: RawConnection): Promise<number> {
    const records = buildBatch([{ value: 'x' }], { timestamp: BigInt(Date.now()) })
    const answer = await connection.request('produce', 9, {
      acks: 1,
      timeoutMs: 2000,
      topicData: [{ name: ALONE, partitionData: [{ index: 0, records }] }],
    })
    return answer.responses[0]?.partitionResponses[0]?.errorCode ?? -1
  }

  async function logDirectoryErrors(of: RiverglassCluster): Promise<number[]> {
    const connection = await RawConnection.open(addressOf(of, FAILING))
    const { results } = await connection.request('describeLogDirs', 4, { topics: null })
    connection.close()
    return results.map(({ errorCode }) => errorCode)
  }

  async function partitionsOf(of: RiverglassCluster, topic: string) {
    const connection = await RawConnection.open(addressOf(of, 1))
    const { topics } = await connection.request('metadata', 9, { topics: [{ name: topic }] })
    connection.close()
    return topics[0]?.partitions ?? []
  }

  async function othersLead(of: RiverglassCluster): Promise<void> {
    await eventually('the others to lead', async () =>
      (await partitionsOf(of, SHARED)).every(
        ({ leaderId, isrNodes }) =>
          leaderId !== FAILING && leaderId > 0 && !isrNodes.includes(FAILING),
      ),
    )
  }

  async function send(of: RiverglassCluster, topic: string, value: string): Promise<void> {
    const producer = connect(of.bootstrap).producer({ retry: { retries: 20 } })
    await producer.connect()
    await producer.send({ topic, acks: -1, messages: [{ value, partition: 0 }] })
    await producer.disconnect()
  }

  async function valuesOf(of: RiverglassCluster, topic: string, count: number) {
    const read = await kafkajsClient.consume(of.bootstrap, topic, count)
    return read.map(({ value }) => value).sort()
  }

  async function isWholeAgain(of: RiverglassCluster): Promise<void> {
    expect(await logDirectoryErrors(of)).toEqual([0])
    await eventually('all three in sync again', async () =>
      (await partitionsOf(of, SHARED)).every(({ isrNodes }) => isrNodes.length === 3),
    )
    expect(await valuesOf(of, SHARED, 2)).toEqual(['after', 'before'])
    expect(await valuesOf(of, ALONE, 1)).toEqual(['before'])
  }

  it('goes on without a broker whose disk answers EIO, and has it back on a disk that is well', async () => {
    const { cluster: of, folder, remount } = await startWith(`broker-${FAILING}`)
    await createTopics(of)
    await send(of, SHARED, 'before')
    await send(of, ALONE, 'before')
    // What the disk has not been made to keep is lost with it.
    await of.restart()

    const connection = await RawConnection.open(addressOf(of, FAILING))
    await eventually('the broker to lead its topic', async () => {
      const [only] = await partitionsOf(of, ALONE)
      return only?.leaderId === FAILING
    })
    await breakFileSystem(folder)
    expect(await produceAt(connection)).toBe(STORAGE_ERROR)
    await othersLead(of)
    expect([STORAGE_ERROR, NOT_LEADER]).toContain(await produceAt(connection))
    connection.close()
    expect(await logDirectoryErrors(of)).toEqual([STORAGE_ERROR])
    expect((await partitionsOf(of, ALONE))[0]?.leaderId).toBe(-1)
    await send(of, SHARED, 'after')

    await of.restartAfter(remount)
    await isWholeAgain(of)
  })

  it('goes on without a broker whose disk has become read-only', async () => {
    const { cluster: of, folder } = await startWith(`broker-${FAILING}`)
    await createTopics(of)
    await send(of, SHARED, 'before')
    await send(of, ALONE, 'before')
    await coverReadOnly(folder)
    mounted.push(folder)
    // Nothing is opened anew until a new partition needs a folder.
    await withAdmin(of.bootstrap, (admin) =>
      admin.createTopics({
        waitForLeaders: false,
        topics: [{ topic: 'new', replicaAssignment: [{ partition: 0, replicas: [FAILING, 1] }] }],
      }),
    )
    await othersLead(of)
    expect(await logDirectoryErrors(of)).toEqual([STORAGE_ERROR])
    await send(of, SHARED, 'after')
    await send(of, 'new', 'after')

    await of.restartAfter(async () => {
      await unmount(folder)
      mounted.pop()
    })
    await isWholeAgain(of)
    expect(await valuesOf(of, 'new', 1)).toEqual(['after'])
  })

  it('ends, and says why, when the controller’s disk fails, and has everything on one that is well', async () => {
    const { cluster: of, folder, remount } = await startWith('controller')
    await createTopics(of)
    await send(of, SHARED, 'before')
    await send(of, SHARED, 'after')
    await send(of, ALONE, 'before')
    await breakFileSystem(folder)
    const refused = withAdmin(of.bootstrap, (admin) =>
      admin.createTopics({ waitForLeaders: false, topics: [{ topic: 'never' }] }),
    ).catch((error: unknown) => error)
    const { code, lines } = await of.ended()
    expect(code).toBe(1)
    expect(lines).toMatch(/riverglass: controller: .*EIO/)
    expect(lines).toContain('When the disk is well again, start anew')
    expect(await refused).toBeInstanceOf(Error)

    await remount()
    await of.startAgain()
    await isWholeAgain(of)
  })
})
