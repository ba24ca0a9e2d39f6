// Which Protobuf messages the configuration says that the topics of a cluster hold.

import { type Decoder, protobufMessage } from '../../../lib/decode/index.ts'

export interface ConfiguredProtobuf {
  /** Paths of .proto files, of folders of them, of descriptor sets. */
  files: readonly string[]
  /** The first whose pattern fits the topic and that says something of the part counts. */
  topics: readonly ConfiguredTopic[]
}

export interface ConfiguredTopic {
  /** A name; `*` stands for any characters. */
  topic: string
  /** Full names of messages. */
  key?: string | undefined
  value?: string | undefined
}

export function configuredDecoders(
  topics: readonly ConfiguredTopic[],
  topic: string,
): { key?: Decoder; value?: Decoder } {
  const fitting = topics.filter((one) => fits(one.topic, topic))
  const key = fitting.find((one) => one.key !== undefined)?.key
  const value = fitting.find((one) => one.value !== undefined)?.value
  return {
    ...(key === undefined ? {} : { key: protobufMessage(key) }),
    ...(value === undefined ? {} : { value: protobufMessage(value) }),
  }
}

/** Goes through both once from the left, so that no pattern takes long. */
function fits(pattern: string, topic: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  if (rest.length === 0) return topic === pattern
  const last = rest.pop() ?? ''
  if (!topic.startsWith(first)) return false
  let at = first.length
  for (const part of rest) {
    const found = topic.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return topic.length - last.length >= at && topic.endsWith(last)
}
