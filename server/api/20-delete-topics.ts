// DeleteTopics (API 20), versions 1–6.
//   v4 flexible · v5 error messages · v6 by topic id
// Decided by the controller, which is asked in the newest version.

import { ZERO_UUID } from '../protocol/definition.ts'
import { forwarded } from './forwarding.ts'
import { handler } from './handler.ts'
import type { BrokerParts } from './parts.ts'

export const deleteTopics = handler<BrokerParts>()({
  api: 'deleteTopics',
  versions: { first: 1, last: 6 },
  handle(request, { apiVersion }, parts) {
    const topics =
      apiVersion >= 6
        ? request.topics
        : request.topicNames.map((name) => ({ name, topicId: ZERO_UUID }))
    return forwarded(
      'deleteTopics',
      { topics, timeoutMs: request.timeoutMs },
      request.timeoutMs,
      parts,
      (code, message) => ({
        responses: topics.map((topic) => ({ ...topic, errorCode: code, errorMessage: message })),
      }),
    )
  },
})
