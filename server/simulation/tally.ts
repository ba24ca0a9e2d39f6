// How often what happened in a run: faults count when they take effect, not when they are drawn.

export class Tally {
  private readonly counts = new Map<string, number>()

  note(what: string): void {
    this.counts.set(what, this.of(what) + 1)
  }

  of(what: string): number {
    return this.counts.get(what) ?? 0
  }

  /** Everything that was noted, with how often. */
  all(): Record<string, number> {
    return Object.fromEntries(this.counts)
  }
}
