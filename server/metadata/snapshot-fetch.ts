// Fetches a snapshot of the metadata log from the controller, piece by piece.

import { ConnectionError, type KafkaConnection } from '../client/connection.ts'
import { ErrorCode, errorName } from '../protocol/errors.ts'
import { METADATA_PARTITION, METADATA_TOPIC } from './metadata-topic.ts'
import {
  readSnapshot,
  type SnapshotContent,
  SnapshotDamagedError,
  type SnapshotId,
} from './snapshot.ts'

const PIECE_BYTES = 4 * 1024 * 1024
/** Some ten million partitions; it is held in memory while it is read. */
const SNAPSHOT_BYTES_MAX = 1024 * 1024 * 1024
const ANY_EPOCH = -1

/**
 * The whole snapshot, checked; undefined when the controller no longer has it. Rejects with
 * ConnectionError when it may be had later, which is so for one that arrives damaged as well:
 * the controller sets it aside at its next start.
 */
export async function fetchSnapshot(
  connection: KafkaConnection,
  brokerId: number,
  clusterId: string,
  id: SnapshotId,
): Promise<SnapshotContent | undefined> {
  const pieces: Buffer[] = []
  let position = 0
  let size = 1
  while (position < size) {
    const piece = await fetchPiece(connection, brokerId, clusterId, id, position)
    if (piece === undefined) return undefined
    size = piece.size
    if (size > SNAPSHOT_BYTES_MAX || piece.bytes.length === 0) {
      throw failure(connection, `a snapshot of ${size} bytes cannot be fetched from ${position}`)
    }
    pieces.push(piece.bytes)
    position += piece.bytes.length
  }
  try {
    return readSnapshot(Buffer.concat(pieces))
  } catch (error) {
    if (!(error instanceof SnapshotDamagedError)) throw error
    throw failure(connection, `the controller's snapshot is damaged: ${error.message}`, error)
  }
}

async function fetchPiece(
  connection: KafkaConnection,
  replicaId: number,
  clusterId: string,
  snapshotId: SnapshotId,
  position: number,
): Promise<{ size: number; bytes: Buffer } | undefined> {
  const partition = {
    partition: METADATA_PARTITION,
    currentLeaderEpoch: ANY_EPOCH,
    snapshotId,
    position: BigInt(position),
  }
  const answer = await connection.request('fetchSnapshot', {
    clusterId,
    replicaId,
    maxBytes: PIECE_BYTES,
    topics: [{ name: METADATA_TOPIC, partitions: [partition] }],
  })
  const row = answer.topics[0]?.partitions[0]
  const code = answer.errorCode === 0 ? (row?.errorCode ?? -1) : answer.errorCode
  if (code === ErrorCode.SNAPSHOT_NOT_FOUND) return undefined
  if (row === undefined || code !== ErrorCode.NONE) {
    throw failure(connection, `FetchSnapshot was answered with ${errorName(code)}`)
  }
  return { size: Number(row.size), bytes: row.unalignedRecords }
}

function failure({ remote }: KafkaConnection, message: string, cause?: Error): ConnectionError {
  return new ConnectionError(remote, 'SNAPSHOT', message, cause)
}
