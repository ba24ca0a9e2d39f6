// StreamsGroupTopologyKey (record type 23), versions 0.
import { type DataOf, data, string } from '../definition.ts'

export const streamsGroupTopologyKey = data(
  23,
  '0',
  {},
  {
    groupId: string({ versions: '0' }),
  },
)
export type StreamsGroupTopologyKey = DataOf<typeof streamsGroupTopologyKey>
