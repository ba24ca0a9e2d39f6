// Someone whose JoinGroup or SyncGroup is answered by a later event: one promise with a value
// or an error code, settled once.

import type { Reply } from '../coordination/state-machine.ts'

export class Waiter<Response> {
  readonly promise: Promise<Response>
  private readonly resolve: (response: Response) => void
  private readonly refusal: (code: number) => Response

  /** `refusal` makes the answer that carries an error code. */
  constructor(refusal: (code: number) => Response) {
    this.refusal = refusal
    let settle: (response: Response) => void = () => undefined
    this.promise = new Promise((resolve) => {
      settle = resolve
    })
    this.resolve = settle
  }

  answer(response: Response): void {
    this.resolve(response)
  }

  refuse(code: number): void {
    this.resolve(this.refusal(code))
  }

  /** `response` as a reply that goes out when it is committed. */
  reply(response: Response): Reply {
    return { send: () => this.answer(response), refuse: (code) => this.refuse(code) }
  }

  /** The refusal as a reply that goes out when it is committed. */
  refusalReply(code: number): Reply {
    return this.reply(this.refusal(code))
  }
}
