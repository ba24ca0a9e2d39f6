// The bit fields of operations that a client may carry out, for those that ask (KIP-430).
// Everybody may do everything until there is authorization.

const OPERATION_BITS = {
  read: 3,
  write: 4,
  create: 5,
  delete: 6,
  alter: 7,
  describe: 8,
  clusterAction: 9,
  describeConfigs: 10,
  alterConfigs: 11,
  idempotentWrite: 12,
} as const

type Operation = keyof typeof OPERATION_BITS

function bitsOf(...operations: Operation[]): number {
  return operations.reduce((bits, operation) => bits | (1 << OPERATION_BITS[operation]), 0)
}

/** What is sent to those that did not ask. */
export const OPERATIONS_NOT_ASKED = -2147483648

export const TOPIC_OPERATIONS = bitsOf(
  'read',
  'write',
  'create',
  'delete',
  'alter',
  'describe',
  'describeConfigs',
  'alterConfigs',
)

export const CLUSTER_OPERATIONS = bitsOf(
  'create',
  'alter',
  'describe',
  'clusterAction',
  'describeConfigs',
  'alterConfigs',
  'idempotentWrite',
)
