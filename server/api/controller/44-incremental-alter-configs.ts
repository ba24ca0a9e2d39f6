// IncrementalAlterConfigs (API 44), forwarded by a broker: sets, deletes, and edits lists.
//   v1 flexible

import { controllerHandler } from './parts.ts'

export const incrementalAlterConfigs = controllerHandler({
  api: 'incrementalAlterConfigs',
  versions: { first: 0, last: 1 },
  handle: (request, _context, { controller }) =>
    controller.decide('incrementalAlterConfigs', request),
})
