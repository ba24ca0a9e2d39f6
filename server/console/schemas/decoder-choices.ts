// Which decoders people fixed for the topics of each cluster, kept in a file of the console.

import { z } from 'zod'
import {
  decoderChoice,
  type TopicDecoders,
  type TopicDecodersBody,
} from '../../../lib/contracts/decoding.ts'
import { DECODER_NAMES } from '../../../lib/decode/index.ts'
import type { Logger } from '../../runtime/runtime.ts'
import { ApiError } from '../problem.ts'
import { StateFile } from '../state-file.ts'
import type { TopicChoices } from './decoding.ts'

const CHOICES_MAX = 10_000

const entry = z.object({
  cluster: z.string(),
  topic: z.string(),
  key: decoderChoice.nullable(),
  value: decoderChoice.nullable(),
})
type Entry = z.output<typeof entry>
const fileContent = z.object({ topics: z.array(entry).max(CHOICES_MAX) })

export type ChosenDecoders = Omit<TopicDecoders, 'messages' | 'messageProblems'>

export class DecoderChoices {
  private readonly file: StateFile<z.output<typeof fileContent>>

  constructor({ folder, log }: { folder: string | undefined; log: Logger }) {
    this.file = new StateFile({
      folder,
      name: 'decoders.json',
      what: 'the decoders of topics',
      content: fileContent,
      empty: { topics: [] },
      log,
    })
  }

  /** By topic; of those that are asked for, or of all. */
  async of(cluster: string, topics?: readonly string[]): Promise<Record<string, TopicChoices>> {
    const wanted = topics === undefined ? undefined : new Set(topics)
    const choices: Record<string, TopicChoices> = Object.create(null)
    for (const one of (await this.file.get()).topics) {
      if (one.cluster !== cluster || wanted?.has(one.topic) === false) continue
      choices[one.topic] = { key: one.key ?? undefined, value: one.value ?? undefined }
    }
    // Plain, so that it can be handed to a thread.
    return { ...choices }
  }

  /** Without the messages of files, which are not known here. */
  async get(cluster: string, topic: string): Promise<ChosenDecoders> {
    const found = (await this.file.get()).topics.find(isOf(cluster, topic))
    return { key: found?.key ?? null, value: found?.value ?? null, available: [...DECODER_NAMES] }
  }

  set(cluster: string, topic: string, choice: TopicDecodersBody): Promise<ChosenDecoders> {
    for (const part of ['key', 'value'] as const) check(part, choice[part])
    return this.file.change(({ topics }) => {
      const others = topics.filter((one) => !isOf(cluster, topic)(one))
      if (choice.key !== null || choice.value !== null) {
        if (others.length >= CHOICES_MAX) {
          throw new ApiError(409, {
            code: 'too_many',
            message: `Decoders are fixed for ${CHOICES_MAX} topics already; free some first.`,
          })
        }
        others.push({ cluster, topic, ...choice })
      }
      const result = { ...choice, available: [...DECODER_NAMES] }
      return { content: { topics: others }, result }
    })
  }
}

function isOf(cluster: string, topic: string): (one: Entry) => boolean {
  return (one) => one.cluster === cluster && one.topic === topic
}

function check(part: 'key' | 'value', choice: TopicDecodersBody['key']): void {
  if (choice === null) return
  if (!DECODER_NAMES.includes(choice.decoder)) {
    throw new ApiError(400, {
      code: 'invalid_parameter',
      message: `There is no decoder "${choice.decoder}"; there are ${DECODER_NAMES.join(', ')}.`,
      field: `${part}.decoder`,
    })
  }
  if (choice.decoder === 'protobuf' && choice.message === undefined) {
    throw new ApiError(400, {
      code: 'invalid_parameter',
      message: 'Decoding by a Protobuf message needs the name of the message.',
      field: `${part}.message`,
    })
  }
  if (choice.decoder === 'schema' && choice.subject === undefined) {
    throw new ApiError(400, {
      code: 'invalid_parameter',
      message: 'Decoding by a schema needs the subject of the schema.',
      field: `${part}.subject`,
    })
  }
}
