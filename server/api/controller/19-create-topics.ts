// CreateTopics (API 19), forwarded by a broker.
//   v2 first served · v5 flexible, tells partitions, replicas and configs · v7 tells topic ids
// Differs from Kafka: the answer never waits for the brokers; a topic exists when its records
// are on disk, and the forwarding broker answers its client when it has heard of it.

import { controllerHandler } from './parts.ts'

export const createTopics = controllerHandler({
  api: 'createTopics',
  versions: { first: 2, last: 7 },
  handle: (request, _context, { controller }) => controller.decide('createTopics', request),
})
