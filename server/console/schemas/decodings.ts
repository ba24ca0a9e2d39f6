// The schemas of each registry that a thread has met, shared by all its jobs.

import type { DecodingJob } from '../readers/protocol.ts'
import { decodingWithoutRegistry, PLAIN_DECODING, TopicDecoding } from './decoding.ts'
import { RegistryClient } from './registry-client.ts'
import { SchemaStore } from './schema-store.ts'

export class Decodings {
  private readonly stores = new Map<string, SchemaStore>()

  /** How the payloads of a topic are decoded in this job. */
  forJob(job: DecodingJob | undefined): (topic: string) => TopicDecoding {
    if (job === undefined) return () => PLAIN_DECODING
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
    const own = Object.hasOwn(choices, topic) ? choices[topic] : undefined
    if (registry === null) return own === undefined ? PLAIN_DECODING : decodingWithoutRegistry(own)
    const key = JSON.stringify(registry)
    let store = this.stores.get(key)
    if (store === undefined) {
      store = new SchemaStore({ client: new RegistryClient(registry), now: Date.now })
      this.stores.set(key, store)
    }
    return new TopicDecoding(store, own ?? {})
  }
}
