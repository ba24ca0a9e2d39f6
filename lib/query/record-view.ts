// A record as a condition sees it: each part is worked out only when a test asks for it.
//
// Whoever implements it decides how payloads are decoded; what holds here: `text` is what the
// console shows, `data` what comparisons look into, both undefined or null for a null payload.

export interface PayloadView {
  /** Bytes; -1 for null. */
  readonly size: number
  /**
   * It may be decoded as something else than its own text, digits or hex; then numbers in `data`
   * may be of any kind that lib/schemas has.
   */
  readonly isTransformed?: boolean
  /** What the console shows, uncut; undefined for null. */
  text(): string | undefined
  /** The decoded value. Numbers may have been rounded to doubles. */
  data(): unknown
  /** The decoded value with every digit, where `data` may have lost some; else the same. */
  exact(): unknown
  /**
   * False when neither `text` nor `data` can hold what is written with these bytes: the payload is
   * shown as it stands, and they do not stand in it.
   */
  contains(bytes: Uint8Array): boolean
}

export interface HeaderView {
  name: string
  value: PayloadView
}

export interface RecordView {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  readonly timestamp: bigint
  readonly key: PayloadView
  readonly value: PayloadView
  headers(): readonly HeaderView[]
}
