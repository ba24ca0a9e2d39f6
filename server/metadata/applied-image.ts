// The image of a broker together with those who apply it: partitions, groups, connections to
// other brokers. Each change is applied by all of them before the image changes again, which may
// take them many turns of the event loop.
//
// Not the replay, which is log-follower.ts: that one asks here for the image to stand still.

import type { MetadataImage } from './image.ts'
import type { MetadataDelta } from './view.ts'

/** May take its time: the image changes no further until what it answers has resolved. */
export type MetadataListener = (image: MetadataImage, delta: MetadataDelta) => void | Promise<void>

export class AppliedImage {
  private readonly listeners: MetadataListener[] = []
  private current: MetadataImage | undefined
  private applied = -1n
  /** Resolves when the last of those who want the image to stand still is done. */
  private stood: Promise<void> = Promise.resolve()

  get image(): MetadataImage | undefined {
    return this.current
  }

  /** Up to this offset the listeners have applied the image; -1n for nothing. */
  get offset(): bigint {
    return this.applied
  }

  set(image: MetadataImage): void {
    this.current = image
  }

  onMetadata(listener: MetadataListener): void {
    this.listeners.push(listener)
  }

  /** Does `work` when nobody else wants the image to stand still, first come, first served. */
  async whileItStands(work: () => void | Promise<void>): Promise<void> {
    const before = this.stood
    let done: () => void = () => undefined
    this.stood = new Promise((resolve) => {
      done = resolve
    })
    await before
    try {
      await work()
    } finally {
      done()
    }
  }

  /** Has the listeners apply what has just been replayed. Called while the image stands still. */
  async apply(image: MetadataImage, delta: MetadataDelta): Promise<void> {
    for (const listener of this.listeners) await listener(image, delta)
    this.applied = image.offset
  }
}
