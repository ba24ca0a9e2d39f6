// Follows the metadata log by Fetch and replays it into an image, until the connection ends. Where
// the log no longer has what comes next, the controller names a snapshot instead, and the image
// becomes what that one holds.

import { ConnectionError, type KafkaConnection } from '../client/connection.ts'
import { ErrorCode, errorName } from '../protocol/errors.ts'
import { MetadataImage } from './image.ts'
import { differenceRecords } from './image-difference.ts'
import { readMetadataEntries } from './metadata-batches.ts'
import { METADATA_PARTITION, METADATA_TOPIC, METADATA_TOPIC_ID } from './metadata-topic.ts'
import type { SnapshotId } from './snapshot.ts'
import { fetchSnapshot } from './snapshot-fetch.ts'
import type { MetadataDelta } from './view.ts'

const FETCH_WAIT_MS = 5000
const FETCH_BYTES_MAX = 8 * 1024 * 1024
/** Versions from 15 on name the topic by id and say who fetches in `replicaState`. */
const FETCH_VERSION_MIN = 15

export interface LogFollowerOptions {
  brokerId: number
  clusterId: string
  /** To go on with; a new one otherwise. */
  image: MetadataImage | undefined
  /** Does `work` while nobody applies the image, which nobody else changes meanwhile. */
  whileImageStands(work: () => Promise<void>): Promise<void>
  /** Records have been replayed; the image stands still until what it answers has resolved. */
  onReplayed(image: MetadataImage, delta: MetadataDelta): Promise<void>
}

export class LogFollower {
  readonly image: MetadataImage
  private readonly options: LogFollowerOptions

  constructor(options: LogFollowerOptions) {
    this.options = options
    this.image = options.image ?? new MetadataImage(options.clusterId)
  }

  /** Fetches and replays until the connection ends, which rejects with ConnectionError. */
  async follow(connection: KafkaConnection): Promise<void> {
    for (;;) {
      const partition = await this.fetch(
        connection,
        this.image.offset + 1n,
        FETCH_WAIT_MS,
        FETCH_BYTES_MAX,
      )
      if (partition.snapshotId.endOffset >= 0n) {
        await this.takeSnapshot(connection, partition.snapshotId)
        continue
      }
      const records = partition.records
      if (records === null || records.length === 0) continue
      await this.options.whileImageStands(async () => {
        // An earlier connection's follower may have replayed some of it meanwhile.
        const { entries, lastOffset } = readMetadataEntries(records, this.image.offset + 1n)
        const delta = this.image.replay(entries)
        this.image.advanceTo(lastOffset)
        await this.options.onReplayed(this.image, delta)
      })
    }
  }

  private async takeSnapshot(connection: KafkaConnection, id: SnapshotId): Promise<void> {
    const { brokerId, clusterId } = this.options
    const content = await fetchSnapshot(connection, brokerId, clusterId, id)
    // It has gone meanwhile, because there are newer ones: the next Fetch names one of them.
    if (content === undefined) return
    const { records } = content
    await this.options.whileImageStands(async () => {
      if (this.image.offset >= id.endOffset) return
      const later = new MetadataImage(clusterId)
      later.replayUpTo(id.endOffset - 1n, records)
      const delta = this.image.replayUpTo(later.offset, differenceRecords(this.image, later))
      await this.options.onReplayed(this.image, delta)
    })
  }

  /**
   * Offset after the last record that the controller has committed. Tells the controller that
   * what is before `applied` has been applied here.
   */
  async committedOffset(connection: KafkaConnection, applied: bigint): Promise<bigint> {
    return (await this.fetch(connection, applied, 0, 0)).highWatermark
  }

  private async fetch(
    connection: KafkaConnection,
    fetchOffset: bigint,
    maxWaitMs: number,
    maxBytes: number,
  ) {
    const answer = await connection.request(
      'fetch',
      {
        replicaState: { replicaId: this.options.brokerId, replicaEpoch: -1n },
        maxWaitMs,
        minBytes: maxBytes === 0 ? 0 : 1,
        maxBytes,
        topics: [
          {
            topic: METADATA_TOPIC,
            topicId: METADATA_TOPIC_ID,
            partitions: [
              {
                partition: METADATA_PARTITION,
                fetchOffset,
                partitionMaxBytes: maxBytes,
              },
            ],
          },
        ],
      },
      { versionMin: FETCH_VERSION_MIN, timeoutMs: maxWaitMs + 30_000 },
    )
    const partition = answer.responses[0]?.partitions[0]
    const code = answer.errorCode === 0 ? (partition?.errorCode ?? -1) : answer.errorCode
    if (partition === undefined || code !== ErrorCode.NONE) {
      throw new ConnectionError(
        connection.remote,
        errorName(code),
        `the fetch of the metadata log was answered with ${errorName(code)}`,
      )
    }
    return partition
  }
}
