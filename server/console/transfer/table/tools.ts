// The parts of an export that are done in threads: choosing the schemas of its columns, and making
// a Parquet file.

import type { Cluster } from '../../cluster.ts'
import { PortionStream, type ReaderPool } from '../../readers/reader-pool.ts'
import type { SearchThreads } from '../../search/search-threads.ts'
import { chooseTopics } from '../../search/topic-choice.ts'
import type { RowBlock } from './avro-file.ts'
import type { ChosenTable } from './choose.ts'

/** `selection`: topics as a query names them. Rejects with ApiError. */
export async function chooseTableOf(
  pool: ReaderPool,
  cluster: Cluster,
  selection: string,
  signal: AbortSignal,
): Promise<ChosenTable> {
  const topics = (await chooseTopics(cluster.client, selection)).map(({ name }) => name)
  const reading = await cluster.reading(topics)
  const portion = await (await pool.open({ kind: 'table', ...reading, topics }, signal)).next()
  if (portion === undefined || !('documents' in portion)) throw new Error('no table came')
  return JSON.parse(portion.documents[0] ?? '')
}

/** One block of rows is with the thread at a time; it answers with what it has made of them. */
export async function* parquetOf(
  threads: SearchThreads,
  schema: string,
  blocks: AsyncIterable<RowBlock>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const reader = threads.take()
  const job = { kind: 'parquet', bootstrap: [], schema } as const
  const stream = new PortionStream(reader, job, signal, () => {})
  const answer = async (): Promise<Uint8Array> => {
    const portion = await stream.next()
    if (portion === undefined || !('bytes' in portion)) throw new Error('no part of a file came')
    return portion.bytes
  }
  try {
    for await (const { count, bytes } of blocks) {
      stream.put({ count, bytes })
      const made = await answer()
      if (made.length > 0) yield made
    }
    stream.put(null)
    yield await answer()
  } finally {
    stream.stop()
    void threads.giveBack(reader)
  }
}
