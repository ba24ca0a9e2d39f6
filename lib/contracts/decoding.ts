// With what the payloads of a topic are decoded, where a person fixed it.

import { z } from 'zod'

export const decoderChoice = z
  .object({
    decoder: z.string().min(1).max(64),
    /** Of the schema, for the decoder "schema". */
    subject: z.string().min(1).max(1_000).optional(),
    /** The latest when absent. */
    version: z.number().int().min(1).optional(),
    /** Which message: of a Protobuf schema, the first when absent; needed for "protobuf". */
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
    /** Of the .proto files that the configuration names: the messages that "protobuf" can have. */
    messages: z.array(z.string()),
    /** What is wrong with those files, each with its name and line. */
    messageProblems: z.array(z.string()),
  })
  .meta({ id: 'TopicDecoders' })
export type TopicDecoders = z.infer<typeof topicDecoders>

export const topicDecodersBody = topicDecoders.pick({ key: true, value: true })
export type TopicDecodersBody = z.infer<typeof topicDecodersBody>
