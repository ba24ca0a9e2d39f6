// EndTransactionRecord (record type 24), versions 0.
import { type DataOf, data } from '../definition.ts'

export const endTransactionRecord = data(24, '0', { flexible: '0+' }, {})
export type EndTransactionRecord = DataOf<typeof endTransactionRecord>
