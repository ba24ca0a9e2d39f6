// What has to be stopped before the process ends.
//
// Parts add themselves as soon as they begin to start, so that an end in the middle of a start
// leaves nothing open. Run at most once, last started first; one part that fails to stop does not
// keep the others from stopping.

export class Stops {
  #parts: (() => Promise<void>)[] = []
  #running: Promise<void> | undefined

  add(stop: () => Promise<void>): void {
    this.#parts.push(stop)
  }

  get begun(): boolean {
    return this.#running !== undefined
  }

  run(): Promise<void> {
    this.#running ??= this.#stopAll()
    return this.#running
  }

  async #stopAll(): Promise<void> {
    const errors: unknown[] = []
    for (const stop of this.#parts.reverse()) {
      await stop().catch((error: unknown) => errors.push(error))
    }
    if (errors.length === 1) throw errors[0]
    if (errors.length > 1) throw new AggregateError(errors, 'Several parts failed to stop.')
  }
}
