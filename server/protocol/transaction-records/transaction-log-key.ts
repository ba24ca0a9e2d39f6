// TransactionLogKey (record type 0), versions 0.
import { type DataOf, data, string } from '../definition.ts'

export const transactionLogKey = data(
  0,
  '0',
  {},
  {
    transactionalId: string({ versions: '0' }),
  },
)
export type TransactionLogKey = DataOf<typeof transactionLogKey>
