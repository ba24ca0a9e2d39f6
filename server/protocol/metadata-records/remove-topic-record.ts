// RemoveTopicRecord (record type 9), versions 0.
import { type DataOf, data, uuid } from '../definition.ts'

export const removeTopicRecord = data(
  9,
  '0',
  { flexible: '0+' },
  {
    topicId: uuid(),
  },
)
export type RemoveTopicRecord = DataOf<typeof removeTopicRecord>
