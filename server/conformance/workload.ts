// What the clients send, and how what they read back is compared.
//
// Record N is the same wherever it is made: its key, value and headers follow from N, so a reader
// is checked without the writer's list. Two readers agree when their digests of each partition do.

import { createHash } from 'node:crypto'

export interface SentRecord {
  key: string
  value: string
  headers: [string, string][]
}

export interface ReadRecord {
  partition: number
  offset: bigint
  key: string
  value: string
  /** 'name=value,name=value' in order. */
  headers: string
}

const KEYS = 997

export function makeRecord(id: number, headers: 'own' | 'shared'): SentRecord {
  return {
    key: `key-${id % KEYS}`,
    value: `{"id":${id},"text":"record ${id} é世🌊","rest":"${'x'.repeat(id % 60)}"}`,
    headers:
      headers === 'own'
        ? [
            ['id', String(id)],
            ['source', 'conformance'],
          ]
        : [['source', 'conformance']],
  }
}

export function makeRecords(from: number, count: number, headers: 'own' | 'shared'): SentRecord[] {
  return Array.from({ length: count }, (_, i) => makeRecord(from + i, headers))
}

export function idOf(value: string): number {
  return Number(/^\{"id":(\d+)/.exec(value)?.[1] ?? 'NaN')
}

export interface Fault {
  what: string
  id: number
}

/**
 * Compares what was read with records `from` to `from + count`: each there once, with its own
 * content, offsets rising by one from `firstOffset` on in each partition, and the records of one
 * key in one partition and in the order sent.
 */
export function findFaults(
  read: readonly ReadRecord[],
  from: number,
  count: number,
  headers: 'own' | 'shared',
): Fault[] {
  const faults: Fault[] = []
  const seen = new Set<number>()
  const lastOfKey = new Map<string, { id: number; partition: number }>()
  const lastOffset = new Map<number, bigint>()
  for (const record of read) {
    const id = idOf(record.value)
    const expected = makeRecord(id, headers)
    const expectedHeaders = expected.headers.map(([name, value]) => `${name}=${value}`).join(',')
    if (!(id >= from && id < from + count)) faults.push({ what: 'was never sent', id })
    if (seen.has(id)) faults.push({ what: 'came twice', id })
    seen.add(id)
    if (record.key !== expected.key) faults.push({ what: `has key ${record.key}`, id })
    if (record.value !== expected.value) faults.push({ what: `has value ${record.value}`, id })
    if (record.headers !== expectedHeaders) {
      faults.push({ what: `has headers ${record.headers}`, id })
    }
    const before = lastOfKey.get(record.key)
    if (before !== undefined && before.partition !== record.partition) {
      faults.push({ what: 'lies in another partition than its key', id })
    }
    if (before !== undefined && before.id > id) faults.push({ what: 'came after a later one', id })
    lastOfKey.set(record.key, { id, partition: record.partition })
    const offset = lastOffset.get(record.partition)
    if (offset !== undefined && record.offset !== offset + 1n) {
      faults.push({ what: `has offset ${record.offset} after ${offset}`, id })
    }
    lastOffset.set(record.partition, record.offset)
    if (faults.length > 20) break
  }
  for (let id = from; id < from + count && faults.length <= 20; id++) {
    if (!seen.has(id)) faults.push({ what: 'is missing', id })
  }
  return faults
}

/** One hash per partition over offset, key, headers and value of its records, in order. */
export function digestByPartition(read: readonly ReadRecord[]): Record<number, string> {
  const hashes = new Map<number, ReturnType<typeof createHash>>()
  const counts = new Map<number, number>()
  for (const record of read) {
    const hash = hashes.get(record.partition) ?? createHash('sha256')
    hashes.set(record.partition, hash)
    counts.set(record.partition, (counts.get(record.partition) ?? 0) + 1)
    hash.update(`${record.offset}\t${record.key}\t${record.headers}\t${record.value}\n`)
  }
  return Object.fromEntries(
    [...hashes].map(([partition, hash]) => [
      partition,
      `${counts.get(partition)} records, ${hash.digest('hex')}`,
    ]),
  )
}
