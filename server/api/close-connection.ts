// Thrown by a handler when the protocol has no other answer than to close the connection, as
// for a failed Produce with acks=0. It is no fault of the broker and is not logged as one.

export class CloseConnection extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'CloseConnection'
  }
}
