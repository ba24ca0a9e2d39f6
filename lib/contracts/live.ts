// The one stream over which a tab gets its updates: GET /api/clusters/{cluster}/live?watch=…
//
// `watch` names resources, comma-separated, each URI-encoded: overview, topics, brokers, groups,
// topic:NAME, group:NAME. The server sends the whole of each first, then only what changed: rows
// of the lists, the whole of the single ones. Nothing is sent while nothing changes, but for a
// comment every 15 s that keeps the connection open.

import { z } from 'zod'
import { brokerList, clusterOverview } from './clusters.ts'
import { problem } from './common.ts'
import { groupDetail, groupList, groupRow } from './groups.ts'
import { topicDetail, topicList, topicRow } from './topics.ts'

export const liveQuery = z.object({ watch: z.string().min(1).max(4000) })

export const liveEvent = z
  .discriminatedUnion('resource', [
    z.object({ resource: z.literal('overview'), data: clusterOverview }),
    z.object({ resource: z.literal('brokers'), data: brokerList }),
    z.object({ resource: z.literal('topics'), data: topicList }),
    z.object({
      resource: z.literal('topics-changed'),
      changed: z.array(topicRow),
      removed: z.array(z.string()),
    }),
    z.object({ resource: z.literal('groups'), data: groupList }),
    z.object({
      resource: z.literal('groups-changed'),
      changed: z.array(groupRow),
      removed: z.array(z.string()),
    }),
    z.object({ resource: z.literal('topic'), name: z.string(), data: topicDetail }),
    z.object({ resource: z.literal('group'), name: z.string(), data: groupDetail }),
    /** `of`: the watched resource that could not be had; it is tried again by itself. */
    z.object({ resource: z.literal('problem'), of: z.string(), problem }),
  ])
  .meta({ id: 'LiveEvent' })
export type LiveEvent = z.infer<typeof liveEvent>
