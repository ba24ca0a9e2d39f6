// A broker's right to act as a leader, which it has for one session timeout after each heartbeat
// that the controller answered, counted from when it was sent. The controller counts from later,
// so a broker has stopped leading before anybody else is made leader in its place: a broker that
// is cut off, or that stood still for a while, tells no client what has long been overtaken.
//
// A right that has lapsed comes back when the broker is heard again and has followed what the
// controller decided meanwhile. Not the fencing itself, which is the controller's.
//
// Invariant META-2: nobody else can have been made leader while a lease holds, as long as the
// monotonic clocks of both run alike.

export class Lease {
  private readonly timeoutMs: number
  private readonly monotonic: () => number
  private untilMs = Number.NEGATIVE_INFINITY

  constructor(timeoutMs: number, monotonic: () => number) {
    this.timeoutMs = timeoutMs
    this.monotonic = monotonic
  }

  get holds(): boolean {
    return this.monotonic() < this.untilMs
  }

  /** A heartbeat that was sent at `sentAtMs` has been answered, and the broker is not fenced. */
  extend(sentAtMs: number): void {
    this.untilMs = Math.max(this.untilMs, sentAtMs + this.timeoutMs)
  }

  /** The controller says that the broker is fenced, or does not know it. */
  end(): void {
    this.untilMs = Number.NEGATIVE_INFINITY
  }
}
