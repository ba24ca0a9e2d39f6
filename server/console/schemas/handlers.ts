// The resources about decoding: which decoders a topic has.

import type { Cluster } from '../cluster.ts'
import type { Handlers } from '../http/handlers.ts'
import type { DecoderChoices } from './decoder-choices.ts'

export type SchemaHandlers = Pick<Handlers, 'getDecoders' | 'setDecoders'>

export function createSchemaHandlers({
  clusterOf,
  choices,
}: {
  clusterOf: (input: { params: { cluster: string } }) => Cluster
  choices: DecoderChoices
}): SchemaHandlers {
  return {
    getDecoders: (input) => choices.get(clusterOf(input).id, input.params.topic),
    setDecoders: (input) => choices.set(clusterOf(input).id, input.params.topic, input.body),
  }
}
