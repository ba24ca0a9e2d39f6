// FindCoordinator, versions 0–6.
//   v1 coordinator type, error message, throttle time · v3 flexible · v4 several keys (KIP-699)
//   v5 may answer TRANSACTION_ABORTABLE (KIP-890) · v6 share groups (KIP-932)
// Differs from Kafka: no transaction coordinator yet; asking for one answers
//   COORDINATOR_NOT_AVAILABLE.

import type { GroupParts } from '../groups/ports.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { handler } from './handler.ts'

const GROUP = 0
const TRANSACTION = 1
const MANY_KEYS_VERSION = 4

const NO_NODE = { nodeId: -1, host: '', port: -1 }

export const findCoordinator = handler<GroupParts>()({
  api: 'findCoordinator',
  versions: { first: 0, last: 6 },
  handle({ key, keyType, coordinatorKeys }, { apiVersion }, { groups }) {
    if (apiVersion < MANY_KEYS_VERSION) return find(keyType, key, groups)
    return {
      coordinators: coordinatorKeys.map((each) => ({ key: each, ...find(keyType, each, groups) })),
    }
  },
})

function find(keyType: number, key: string, groups: GroupParts['groups']) {
  if (keyType === TRANSACTION) return refusal(ErrorCode.COORDINATOR_NOT_AVAILABLE)
  if (keyType !== GROUP) return refusal(ErrorCode.INVALID_REQUEST)
  const found = groups.coordinatorOf(key)
  if (!('node' in found)) return refusal(found.code)
  const { id, host, port } = found.node
  return { errorCode: ErrorCode.NONE, errorMessage: null, nodeId: id, host, port }
}

function refusal(errorCode: number) {
  const errorMessage =
    errorCode === ErrorCode.COORDINATOR_NOT_AVAILABLE
      ? 'The coordinator is not available.'
      : 'The coordinator type is not supported.'
  return { errorCode, errorMessage, ...NO_NODE }
}
