// ConsumerGroupRegularExpressionValue (record type 16), versions 0, flexible from 0.
import { type DataOf, data, int64, listOf, string } from '../definition.ts'

export const consumerGroupRegularExpressionValue = data(
  16,
  '0',
  { flexible: '0+' },
  {
    topics: listOf(string()),
    version: int64(),
    timestamp: int64(),
  },
)
export type ConsumerGroupRegularExpressionValue = DataOf<typeof consumerGroupRegularExpressionValue>
