// BrokerRegistration (API 62): a broker's process introduces itself and gets its epoch.
//   v2 tells log directories · v3 tells the epoch of the broker's last life (KIP-966)

import { controllerHandler } from './parts.ts'

export const brokerRegistration = controllerHandler({
  api: 'brokerRegistration',
  versions: { first: 0, last: 4 },
  handle: (request, _context, { controller }) => controller.registerBroker(request),
})
