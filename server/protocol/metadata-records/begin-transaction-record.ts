// BeginTransactionRecord (record type 23), versions 0.
import { type DataOf, data, string } from '../definition.ts'

export const beginTransactionRecord = data(
  23,
  '0',
  { flexible: '0+' },
  {
    name: string({ nullable: '0+', tag: 0, default: null }),
  },
)
export type BeginTransactionRecord = DataOf<typeof beginTransactionRecord>
