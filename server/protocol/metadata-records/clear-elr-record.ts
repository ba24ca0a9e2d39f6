// ClearElrRecord (record type 28), versions 0.
import { type DataOf, data, string } from '../definition.ts'

export const clearElrRecord = data(
  28,
  '0',
  { flexible: '0+' },
  {
    topicName: string(),
  },
)
export type ClearElrRecord = DataOf<typeof clearElrRecord>
