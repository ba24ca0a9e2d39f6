// Ids for idempotent producers, handed out from blocks that the controller allocates. A block is
// asked for when the last is used up; what is left of one at a restart is never used.

import { ConnectionError } from '../client/connection.ts'
import type { ControllerSession } from '../metadata/controller-session.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { ProducerIds } from './parts.ts'

export interface ProducerIdBlocksOptions {
  brokerId: number
  controller: Pick<ControllerSession, 'forward' | 'brokerEpoch'>
}

export class ProducerIdBlocks implements ProducerIds {
  private readonly options: ProducerIdBlocksOptions
  private nextId = 0n
  private endId = 0n
  private asking: Promise<number> | undefined

  constructor(options: ProducerIdBlocksOptions) {
    this.options = options
  }

  async next(): Promise<{ code: 0; producerId: bigint } | { code: number }> {
    while (this.nextId >= this.endId) {
      this.asking ??= this.ask().finally(() => {
        this.asking = undefined
      })
      const code = await this.asking
      if (code !== ErrorCode.NONE) return { code }
    }
    return { code: 0, producerId: this.nextId++ }
  }

  private async ask(): Promise<number> {
    const { brokerId, controller } = this.options
    try {
      const block = await controller.forward('allocateProducerIds', {
        brokerId,
        brokerEpoch: controller.brokerEpoch,
      })
      // Clients retry this code, and a refusal (a stale epoch, say) passes.
      if (block.errorCode !== ErrorCode.NONE) return ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
      this.nextId = block.producerIdStart
      this.endId = block.producerIdStart + BigInt(block.producerIdLen)
      return ErrorCode.NONE
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error
      return ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
    }
  }
}
