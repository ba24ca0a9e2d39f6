// ConsumerGroupRegularExpressionKey (record type 16), versions 0.
import { type DataOf, data, string } from '../definition.ts'

export const consumerGroupRegularExpressionKey = data(
  16,
  '0',
  {},
  {
    groupId: string({ versions: '0' }),
    regularExpression: string({ versions: '0' }),
  },
)
export type ConsumerGroupRegularExpressionKey = DataOf<typeof consumerGroupRegularExpressionKey>
