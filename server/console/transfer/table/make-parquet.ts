// The work of a thread that makes a Parquet file of the rows that are put in.

import type { Outlet } from '../../readers/outlet.ts'
import { ParquetFile } from './parquet-file.ts'

export async function makeParquet(schema: string, outlet: Outlet): Promise<void> {
  const file = new ParquetFile(schema)
  for (;;) {
    const rows = await outlet.input()
    if (rows === null) break
    await outlet.send({ bytes: file.add(rows.bytes, rows.count) })
  }
  await outlet.send({ bytes: file.finish() })
}
