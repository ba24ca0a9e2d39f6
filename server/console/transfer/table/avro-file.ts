// An Avro object container file (Apache Avro 1.12, "Object Container Files"): a header with the
// schema, then blocks, each a count, a size, the data and the file's own sixteen bytes again, by
// which a reader finds the next block.

import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { deflateRaw } from 'node:zlib'
import { ByteSink } from '../../../../lib/schemas/written.ts'

/** Rows that follow each other. */
export interface RowBlock {
  count: number
  bytes: Buffer
}

const MAGIC = Uint8Array.of(0x4f, 0x62, 0x6a, 1)
const deflate = promisify(deflateRaw)

export async function* avroFile(
  schema: string,
  codec: 'null' | 'deflate',
  blocks: AsyncIterable<RowBlock>,
): AsyncGenerator<Uint8Array> {
  const sync = randomBytes(16)
  yield header(schema, codec, sync)
  for await (const { count, bytes } of blocks) {
    const data = codec === 'deflate' ? await deflate(bytes) : bytes
    const sink = new ByteSink()
    sink.zigzag(count)
    sink.zigzag(data.length)
    yield Buffer.concat([sink.take(), data, sync])
  }
}

function header(schema: string, codec: string, sync: Uint8Array): Uint8Array {
  const sink = new ByteSink()
  sink.put(MAGIC)
  const entries = { 'avro.schema': schema, 'avro.codec': codec }
  sink.zigzag(Object.keys(entries).length)
  for (const [name, value] of Object.entries(entries)) {
    for (const bytes of [Buffer.from(name), Buffer.from(value)]) {
      sink.zigzag(bytes.length)
      sink.put(bytes)
    }
  }
  sink.byte(0)
  sink.put(sync)
  return sink.take()
}
