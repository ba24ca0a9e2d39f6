// The in-sync replicas of a partition as its leader sees them: the set that the controller has
// confirmed, and at most one change under way.
//
// Invariant: the high watermark waits for the union of both while a member is being added, and
// for the confirmed set while one is being removed. Whatever the controller decides, no offset
// below the watermark is missing on a member.

export class InSyncSet {
  private confirmed: ReadonlySet<number>
  private proposed: ReadonlySet<number> | undefined
  private union: ReadonlySet<number>

  constructor(members: readonly number[]) {
    this.confirmed = new Set(members)
    this.union = this.confirmed
  }

  get size(): number {
    return this.confirmed.size
  }

  get isChanging(): boolean {
    return this.proposed !== undefined
  }

  /** Every replica whose log end the high watermark must not pass. */
  get waitedFor(): ReadonlySet<number> {
    return this.union
  }

  has(brokerId: number): boolean {
    return this.confirmed.has(brokerId)
  }

  members(): number[] {
    return [...this.confirmed]
  }

  /** The set was decided by the controller; a change under way is void. */
  confirm(members: readonly number[]): void {
    this.confirmed = new Set(members)
    this.proposed = undefined
    this.union = this.confirmed
  }

  propose(members: readonly number[]): void {
    this.proposed = new Set(members)
    this.union = new Set([...this.confirmed, ...members])
  }

  /** The controller refused the change: the confirmed set stands. */
  withdraw(): void {
    this.proposed = undefined
    this.union = this.confirmed
  }
}
