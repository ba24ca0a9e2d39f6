// BrokerHeartbeat (API 63): keeps a broker's session, and asks to serve or to stop.
//   v1 tells log directories that failed · v2 those that take no new replicas
// Differs from Kafka: log directories that are told are not acted on yet.

import { controllerHandler } from './parts.ts'

export const brokerHeartbeat = controllerHandler({
  api: 'brokerHeartbeat',
  versions: { first: 0, last: 2 },
  handle: (request, _context, { controller }) => controller.heartbeat(request),
})
