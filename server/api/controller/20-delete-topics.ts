// DeleteTopics (API 20), forwarded by a broker.
//   v4 flexible · v5 tells error messages · v6 names topics by id as well

import { controllerHandler } from './parts.ts'

export const deleteTopics = controllerHandler({
  api: 'deleteTopics',
  versions: { first: 1, last: 6 },
  handle: (request, _context, { controller }) => controller.decide('deleteTopics', request),
})
