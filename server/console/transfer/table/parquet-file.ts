// A Parquet file, made while its rows come: so many of them are kept until they make a row group,
// which is then written column by column. Runs in a thread, since that takes its time.

import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import { Cursor } from '../../../../lib/schemas/avro/cursor.ts'
import type { RecordNode } from '../../../../lib/schemas/avro/node.ts'
import { parseAvro } from '../../../../lib/schemas/avro/parse.ts'
import { type Column, columnsOf } from './columns.ts'

/** Of a row group, whichever is reached first. */
const GROUP_ROWS_MAX = 50_000
const GROUP_BYTES_MAX = 8 * 1024 * 1024

/** Bytes that are handed over as they are made; `offset` counts them all. */
class DrainedWriter extends ByteWriter {
  drain(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.getBuffer())
    this.index = 0
    return bytes
  }
}

export class ParquetFile {
  private readonly columns: readonly Column[]
  private readonly writer = new DrainedWriter()
  private readonly parquet: ParquetWriter
  private data: unknown[][]
  private rows = 0
  private bytes = 0

  /** `schema`: of a row, as the text of an Avro schema. */
  constructor(schema: string) {
    const row = parseAvro(schema, [], { strict: false }) as RecordNode
    this.columns = columnsOf(row)
    this.data = this.columns.map(() => [])
    this.parquet = new ParquetWriter({
      writer: this.writer,
      schema: [
        { name: row.name, num_children: this.columns.length },
        ...this.columns.flatMap(({ elements }) => elements),
      ],
      codec: 'SNAPPY',
      createdBy: 'riverglass',
      kvMetadata: [{ key: 'avro.schema', value: schema }],
    })
  }

  /** Takes so many rows. Answers what of the file is finished, which may be nothing. */
  add(bytes: Uint8Array, count: number): Uint8Array<ArrayBuffer> {
    const cursor = new Cursor(bytes)
    for (let row = 0; row < count; row++) {
      for (let at = 0; at < this.columns.length; at++) {
        ;(this.data[at] as unknown[]).push((this.columns[at] as Column).take(cursor))
      }
    }
    this.rows += count
    this.bytes += bytes.length
    if (this.rows >= GROUP_ROWS_MAX || this.bytes >= GROUP_BYTES_MAX) this.writeGroup()
    return this.writer.drain()
  }

  /** The rest of the file. */
  finish(): Uint8Array<ArrayBuffer> {
    if (this.rows > 0) this.writeGroup()
    void this.parquet.finish()
    return this.writer.drain()
  }

  private writeGroup(): void {
    const { data, rows } = this
    this.data = this.columns.map(() => [])
    this.rows = 0
    this.bytes = 0
    void this.parquet.write({
      columnData: this.columns.map(({ name }, at) => ({
        name,
        data: data[at] as unknown[],
        offsetIndex: false,
      })),
      rowGroupSize: rows,
    })
  }
}
