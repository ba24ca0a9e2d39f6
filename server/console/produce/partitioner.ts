// Which partition a record goes to when nobody says: by the hash of its key, as Kafka's Java
// client and kafkajs choose. Records without a key go together to one partition, the next one
// each time, so that they make one batch.

/** Kafka's variant of MurmurHash2, 32 bits, over the bytes of a key. */
export function murmur2(bytes: Uint8Array): number {
  const M = 0x5bd1e995
  const SEED = 0x9747b28c
  const { length } = bytes
  const at = (index: number): number => bytes[index] ?? 0
  let hash = SEED ^ length
  const whole = length - (length % 4)
  for (let i = 0; i < whole; i += 4) {
    let word = at(i) | (at(i + 1) << 8) | (at(i + 2) << 16) | (at(i + 3) << 24)
    word = Math.imul(word, M)
    word ^= word >>> 24
    hash = Math.imul(hash, M) ^ Math.imul(word, M)
  }
  const rest = length - whole
  if (rest === 3) hash ^= at(whole + 2) << 16
  if (rest >= 2) hash ^= at(whole + 1) << 8
  if (rest >= 1) hash = Math.imul(hash ^ at(whole), M)
  hash ^= hash >>> 13
  hash = Math.imul(hash, M)
  return hash ^ (hash >>> 15)
}

export function partitionOfKey(key: Uint8Array, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions
}

export interface PartitionRow {
  partition: number
  /** -1 when there is none. */
  leader: number
}

/** The partition whose turn it is for records without a key; those without a leader are left out. */
export class Turns {
  private readonly next = new Map<string, number>()

  /** `name` says of what; looking does not use the turn up. */
  look(name: string, partitions: readonly PartitionRow[]): number {
    const led = partitions.filter(({ leader }) => leader >= 0)
    const choice = led.length === 0 ? partitions : led
    return choice[(this.next.get(name) ?? 0) % Math.max(choice.length, 1)]?.partition ?? 0
  }

  take(name: string, partitions: readonly PartitionRow[]): number {
    const partition = this.look(name, partitions)
    if (this.next.size >= NAMES_MAX) this.next.clear()
    this.next.set(name, (this.next.get(name) ?? 0) + 1)
    return partition
  }
}

const NAMES_MAX = 10_000
