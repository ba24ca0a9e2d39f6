// Invariants: what must hold whatever clients, disks and networks do. On in production. A broken
// one is never caught and carried on from: a stopped broker is better than a wrong one.

export class InvariantViolation extends Error {
  constructor(name: string) {
    super(`Invariant broken: ${name}`)
    this.name = 'InvariantViolation'
  }
}

/** `name` begins with the invariant's number in server/invariants.md: 'LOG-3 …'. */
export function invariant(condition: boolean, name: string): asserts condition {
  if (!condition) throw new InvariantViolation(name)
}
