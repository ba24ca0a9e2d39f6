// The schemas of each registry that a thread has met, shared by all its jobs.

import { internalDecoders } from '../internal-topics/internal-topics.ts'
import type { DecodingJob } from '../readers/protocol.ts'
import { decodingWithoutRegistry, PLAIN_DECODING, TopicDecoding } from './decoding.ts'
import { RegistryClient } from './registry-client.ts'
import { SchemaStore } from './schema-store.ts'

const NOTHING_KNOWN: DecodingJob = { registry: null, choices: {} }

export class Decodings {
  private readonly stores = new Map<string, SchemaStore>()

  /** How the payloads of a topic are decoded in this job. */
  forJob(job: DecodingJob = NOTHING_KNOWN): (topic: string) => TopicDecoding {
    const made = new Map<string, TopicDecoding>()
    return (topic) => {
      let decoding = made.get(topic)
      if (decoding === undefined) {
        decoding = this.make(job, topic)
        made.set(topic, decoding)
      }
      return decoding
    }
  }

  private make({ registry, choices }: DecodingJob, topic: string): TopicDecoding {
    const chosen = Object.hasOwn(choices, topic) ? choices[topic] : undefined
    const internal = internalDecoders(topic)
    if (registry === null) {
      return chosen === undefined && internal === undefined
        ? PLAIN_DECODING
        : decodingWithoutRegistry(chosen ?? {}, internal)
    }
    const key = JSON.stringify(registry)
    let store = this.stores.get(key)
    if (store === undefined) {
      store = new SchemaStore({ client: new RegistryClient(registry), now: Date.now })
      this.stores.set(key, store)
    }
    return new TopicDecoding(store, chosen ?? {}, internal)
  }
}
