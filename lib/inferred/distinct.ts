// The distinct values of one field, exact up to a bound: how many there are, and how often each.
// A value that is kept is kept from its first appearance on, so its count is exact; what comes
// beyond the bound is not kept, and it is remembered that there was more.

/** What all fields of a sample may keep together. */
export class Budget {
  private characters: number
  private entries: number

  constructor(characters = 8_000_000, entries = 200_000) {
    this.characters = characters
    this.entries = entries
  }

  /** Whether a text of this length may be kept; it then counts as kept. */
  take(length: number): boolean {
    if (this.entries <= 0 || this.characters < length) return false
    this.entries--
    this.characters -= length
    return true
  }

  giveBack(length: number): void {
    this.entries++
    this.characters += length
  }
}

export class Distinct {
  /** Some values were not kept. */
  more = false
  private readonly counts = new Map<string, number>()
  private readonly budget: Budget
  private readonly max: number

  constructor(budget: Budget, max: number) {
    this.budget = budget
    this.max = max
  }

  get size(): number {
    return this.counts.size
  }

  add(value: string, times = 1): void {
    const before = this.counts.get(value)
    if (before === undefined && (this.counts.size >= this.max || !this.budget.take(value.length))) {
      this.more = true
      return
    }
    this.counts.set(value, (before ?? 0) + times)
  }

  /** Takes over what another one has, which is not used any more. */
  absorb(other: Distinct): void {
    for (const [value, count] of other.counts) {
      other.budget.giveBack(value.length)
      this.add(value, count)
    }
    this.more ||= other.more
  }

  /** In the order in which they were first seen. */
  first(count: number): string[] {
    const values: string[] = []
    for (const value of this.counts.keys()) {
      if (values.length === count) break
      values.push(value)
    }
    return values
  }

  /** The most frequent first. */
  top(count: number): [value: string, count: number][] {
    return [...this.counts].sort(([, a], [, b]) => b - a).slice(0, count)
  }
}
