// TopicRecord (record type 2), versions 0.
import { type DataOf, data, string, uuid } from '../definition.ts'

export const topicRecord = data(
  2,
  '0',
  { flexible: '0+' },
  {
    name: string(),
    topicId: uuid(),
  },
)
export type TopicRecord = DataOf<typeof topicRecord>
