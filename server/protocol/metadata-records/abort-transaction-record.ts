// AbortTransactionRecord (record type 25), versions 0.
import { type DataOf, data, string } from '../definition.ts'

export const abortTransactionRecord = data(
  25,
  '0',
  { flexible: '0+' },
  {
    reason: string({ nullable: '0+', tag: 0, default: null }),
  },
)
export type AbortTransactionRecord = DataOf<typeof abortTransactionRecord>
