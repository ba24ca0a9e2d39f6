import { expect, test } from 'vitest'
import { partitionForGroup } from './partition-for.ts'

// Hashes as Java's String.hashCode gives them.
test.each([
  ['', 50, 0],
  ['a', 50, 97 % 50],
  ['hello', 50, 99162322 % 50],
  ['polygenelubricants', 50, 0],
  ['console-consumer-12345', 7, undefined],
] as const)('group %j of %i partitions', (groupId, count, expected) => {
  const partition = partitionForGroup(groupId, count)
  expect(partition).toBeGreaterThanOrEqual(0)
  expect(partition).toBeLessThan(count)
  if (expected !== undefined) expect(partition).toBe(expected)
})
