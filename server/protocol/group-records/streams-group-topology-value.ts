// StreamsGroupTopologyValue (record type 23), versions 0, flexible from 0.
import { type DataOf, data, int16, int32, listOf, string, struct } from '../definition.ts'

const topicConfig = struct({
  key: string(),
  value: string(),
})

const topicInfo = struct({
  name: string(),
  partitions: int32(),
  replicationFactor: int16(),
  topicConfigs: listOf(topicConfig),
})

const copartitionGroup = struct({
  sourceTopics: listOf(int16()),
  sourceTopicRegex: listOf(int16()),
  repartitionSourceTopics: listOf(int16()),
})

const subtopology = struct({
  subtopologyId: string(),
  sourceTopics: listOf(string()),
  sourceTopicRegex: listOf(string()),
  stateChangelogTopics: listOf(topicInfo),
  repartitionSinkTopics: listOf(string()),
  repartitionSourceTopics: listOf(topicInfo),
  copartitionGroups: listOf(copartitionGroup),
})

export const streamsGroupTopologyValue = data(
  23,
  '0',
  { flexible: '0+' },
  {
    epoch: int32(),
    subtopologies: listOf(subtopology),
  },
)
export type StreamsGroupTopologyValue = DataOf<typeof streamsGroupTopologyValue>
