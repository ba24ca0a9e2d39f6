// The newest offset of every key, for one compaction: a hash table of a fixed size that knows keys
// by 128 bits of hash only, so that its memory does not grow with the keys.
//
//   per slot  16 bytes hash of the key · 8 bytes offset from a base, and 1: 0 in an empty slot
//
// The hash is MurmurHash3 (x86, 128 bits) from a seed drawn for each compaction. Kafka takes MD5
// for the same purpose; neither has to withstand who may write the topic, since a tombstone does
// more than a collision, and this one needs no call out of JavaScript for each record. By chance
// two of a thousand million keys collide with a probability below 1e-20.

const SLOT_BYTES = 24
const HASH_WORDS = 4
const LOAD_MAX = 0.9
const SLOTS_MIN = 64

const hash = new Uint32Array(HASH_WORDS)

export class OffsetMap {
  private readonly hashes: Uint32Array
  private readonly offsets: Float64Array
  private readonly slots: number
  private readonly seed: number
  private readonly entriesMax: number
  private entries = 0

  /** Room for `keys` keys, but never more than `bytesMax` bytes of memory. */
  constructor(keys: number, bytesMax: number, seed: number) {
    const wanted = Math.ceil(keys / LOAD_MAX) + 1
    this.slots = Math.max(SLOTS_MIN, Math.min(wanted, Math.floor(bytesMax / SLOT_BYTES)))
    this.hashes = new Uint32Array(this.slots * HASH_WORDS)
    this.offsets = new Float64Array(this.slots)
    this.entriesMax = Math.floor(this.slots * LOAD_MAX)
    this.seed = seed
  }

  get count(): number {
    return this.entries
  }

  /** Notes `offset` (0 or more) as the newest of the key; false, and nothing noted, when full. */
  put(buffer: Buffer, at: number, bytes: number, offset: number): boolean {
    const slot = this.slotOf(buffer, at, bytes)
    if (this.offsets[slot] === 0) {
      if (this.entries >= this.entriesMax) return false
      this.entries++
      this.hashes.set(hash, slot * HASH_WORDS)
    }
    this.offsets[slot] = offset + 1
    return true
  }

  /** -1 for a key that was not put. */
  get(buffer: Buffer, at: number, bytes: number): number {
    return (this.offsets[this.slotOf(buffer, at, bytes)] as number) - 1
  }

  /** The slot of the key, or the empty one where it belongs. */
  private slotOf(buffer: Buffer, at: number, bytes: number): number {
    hashKey(buffer, at, bytes, this.seed)
    const { hashes, offsets } = this
    let slot = (hash[0] as number) % this.slots
    while (offsets[slot] !== 0) {
      const word = slot * HASH_WORDS
      if (
        hashes[word] === hash[0] &&
        hashes[word + 1] === hash[1] &&
        hashes[word + 2] === hash[2] &&
        hashes[word + 3] === hash[3]
      ) {
        return slot
      }
      slot = slot + 1 === this.slots ? 0 : slot + 1
    }
    return slot
  }
}

const C1 = 0x239b961b
const C2 = 0xab0e9789
const C3 = 0x38b34ae5
const C4 = 0xa1e38b93

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}

function finish(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}

/** Up to four bytes, little-endian; missing ones are 0. */
function word(buffer: Buffer, at: number, end: number): number {
  if (at + 4 <= end) {
    return (
      (buffer[at] as number) |
      ((buffer[at + 1] as number) << 8) |
      ((buffer[at + 2] as number) << 16) |
      ((buffer[at + 3] as number) << 24)
    )
  }
  let value = 0
  for (let i = end - 1; i >= at; i--) value = (value << 8) | (buffer[i] as number)
  return value
}

function hashKey(buffer: Buffer, at: number, bytes: number, seed: number): void {
  let h1 = seed
  let h2 = seed
  let h3 = seed
  let h4 = seed
  const end = at + bytes
  let from = at
  for (; from + 16 <= end; from += 16) {
    h1 ^= Math.imul(rotate(Math.imul(word(buffer, from, end), C1), 15), C2)
    h1 = (Math.imul((rotate(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0
    h2 ^= Math.imul(rotate(Math.imul(word(buffer, from + 4, end), C2), 16), C3)
    h2 = (Math.imul((rotate(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0
    h3 ^= Math.imul(rotate(Math.imul(word(buffer, from + 8, end), C3), 17), C4)
    h3 = (Math.imul((rotate(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0
    h4 ^= Math.imul(rotate(Math.imul(word(buffer, from + 12, end), C4), 18), C1)
    h4 = (Math.imul((rotate(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0
  }
  h4 ^= Math.imul(rotate(Math.imul(word(buffer, from + 12, end), C4), 18), C1)
  h3 ^= Math.imul(rotate(Math.imul(word(buffer, from + 8, end), C3), 17), C4)
  h2 ^= Math.imul(rotate(Math.imul(word(buffer, from + 4, end), C2), 16), C3)
  h1 ^= Math.imul(rotate(Math.imul(word(buffer, from, end), C1), 15), C2)
  h1 ^= bytes
  h2 ^= bytes
  h3 ^= bytes
  h4 ^= bytes
  h1 = (h1 + h2 + h3 + h4) | 0
  h2 = (h2 + h1) | 0
  h3 = (h3 + h1) | 0
  h4 = (h4 + h1) | 0
  h1 = finish(h1)
  h2 = finish(h2)
  h3 = finish(h3)
  h4 = finish(h4)
  h1 = (h1 + h2 + h3 + h4) | 0
  hash[0] = h1
  hash[1] = (h2 + h1) | 0
  hash[2] = (h3 + h1) | 0
  hash[3] = (h4 + h1) | 0
}
