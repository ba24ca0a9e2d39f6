// Holds requests that come before the broker can answer them: its port is open from the start,
// and no client is to be told that its topics do not exist.

import type { Dispatch } from './network/connection.ts'

export class BrokerGate {
  private inner: Dispatch | undefined
  private readonly opened: Promise<void>
  private markOpen: () => void = () => undefined

  constructor() {
    this.opened = new Promise((resolve) => {
      this.markOpen = resolve
    })
  }

  readonly dispatch: Dispatch = (frame, peer) => {
    const { inner } = this
    if (inner !== undefined) return inner(frame, peer)
    // Those behind it on the connection wait for it here, and so keep their order after the opening.
    const letGo = peer.hold()
    return this.opened.then(() => {
      try {
        return this.dispatch(frame, peer)
      } finally {
        letGo()
      }
    })
  }

  open(inner: Dispatch): void {
    this.inner = inner
    this.markOpen()
  }
}
