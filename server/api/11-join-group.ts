// JoinGroup, versions 0–9.
//   v1 rebalance time-out · v2 throttle time · v4 MEMBER_ID_REQUIRED (KIP-394)
//   v5 group instance id (KIP-345) · v6 flexible · v7 protocol type; no protocol is null
//   v8 reason · v9 skip assignment (KIP-814)

import type { GroupParts } from '../groups/ports.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { handler } from './handler.ts'

const NULL_PROTOCOL_VERSION = 7

export const joinGroup = handler<GroupParts>()({
  api: 'joinGroup',
  versions: { first: 0, last: 9 },
  async handle(request, context, { groups }) {
    const response = await groups.join(request, context)
    if (response.errorCode === ErrorCode.NONE) return response
    return {
      ...response,
      protocolName: context.apiVersion >= NULL_PROTOCOL_VERSION ? null : '',
    }
  },
})
