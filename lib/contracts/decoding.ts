// With what the payloads of a topic are decoded, where a person fixed it.

import { z } from 'zod'

export const decoderChoice = z
  .object({
    decoder: z.string().min(1).max(64),
    /** Of the schema, for the decoder "schema". */
    subject: z.string().min(1).max(1_000).optional(),
    /** The latest when absent. */
    version: z.number().int().min(1).optional(),
    /** Of a Protobuf file, which message; the first when absent. */
    message: z.string().min(1).max(1_000).optional(),
  })
  .meta({ id: 'DecoderChoice' })

export const topicDecoders = z
  .object({
    /** Null: the first decoder that accepts the bytes. */
    key: decoderChoice.nullable(),
    value: decoderChoice.nullable(),
    /** Names that can be chosen. */
    available: z.array(z.string()),
  })
  .meta({ id: 'TopicDecoders' })
export type TopicDecoders = z.infer<typeof topicDecoders>

export const topicDecodersBody = topicDecoders.pick({ key: true, value: true })
export type TopicDecodersBody = z.infer<typeof topicDecodersBody>
