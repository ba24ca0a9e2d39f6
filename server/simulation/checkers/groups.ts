// What members of a group lived through: no partition is given to two members in one generation
// (GROUP-3), and nobody is shown a committed offset below one whose commit was answered before it
// asked (GROUP-2).

export class GroupHistory {
  readonly problems: string[] = []
  commits = 0
  private readonly owners = new Map<string, string>()
  private readonly highest = new Map<number, bigint>()

  assigned(generation: number, memberId: string, partitions: readonly number[]): void {
    for (const partition of partitions) {
      const key = `${partition} in generation ${generation}`
      const owner = this.owners.get(key)
      if (owner !== undefined && owner !== memberId) {
        this.problems.push(`partition ${key} was given to ${owner} and to ${memberId}`)
      }
      this.owners.set(key, memberId)
    }
  }

  /** What has been answered by now, for `fetched`. */
  mark(): ReadonlyMap<number, bigint> {
    return new Map(this.highest)
  }

  committed(partition: number, offset: bigint): void {
    this.commits++
    if (offset > (this.highest.get(partition) ?? -1n)) this.highest.set(partition, offset)
  }

  fetched(partition: number, offset: bigint, since: ReadonlyMap<number, bigint>): void {
    const least = since.get(partition) ?? -1n
    if (offset < least) {
      this.problems.push(
        `the group's offset of partition ${partition} went back from ${least} to ${offset}`,
      )
    }
  }
}
