// Which of many are shown: at most `rate` a second, spread evenly over what there is each time.

export class EvenSample {
  private readonly rate: number
  private allowance: number
  private refilledAt: number

  /** `now`: milliseconds of a clock that never goes back. */
  constructor(rate: number, now: number) {
    this.rate = rate
    this.allowance = rate
    this.refilledAt = now
  }

  choose<T>(all: readonly T[], now: number): readonly T[] {
    const gained = ((now - this.refilledAt) * this.rate) / 1000
    this.allowance = Math.min(this.rate, this.allowance + gained)
    this.refilledAt = now
    const budget = Math.min(all.length, Math.floor(this.allowance))
    this.allowance -= budget
    if (budget === all.length) return all
    const step = all.length / budget
    return Array.from({ length: budget }, (_, at) => all[Math.floor(at * step)] as T)
  }
}
