// The schemas of each registry, and of each list of .proto files, that a thread has met, shared by
// all its jobs.

import type { FoundSchema, SchemaKey } from '../../../lib/decode/index.ts'
import type { ProtoLibrary } from '../../../lib/schemas/protobuf/library.ts'
import { internalDecoders } from '../internal-topics/internal-topics.ts'
import { configuredDecoders } from '../protobuf/configured.ts'
import { FileMessages } from '../protobuf/file-messages.ts'
import type { DecodingJob } from '../readers/protocol.ts'
import {
  decodingWithoutSchemas,
  type LoadingSource,
  NOTHING_TO_LOAD,
  PLAIN_DECODING,
  TopicDecoding,
} from './decoding.ts'
import { RegistryClient } from './registry-client.ts'
import { SchemaStore } from './schema-store.ts'

const NOTHING_KNOWN: DecodingJob = { registry: null, choices: {} }

export class Decodings {
  private readonly stores = new Map<string, SchemaStore>()
  private readonly messages = new Map<string, FileMessages>()

  /**
   * How the payloads of a topic are decoded in this job. A patient one waits for a registry that
   * is slow, where a page would go on without its schemas: what is sought or taken away must be
   * decoded, if it can be.
   */
  forJob(
    job: DecodingJob = NOTHING_KNOWN,
    { isPatient = false }: { isPatient?: boolean } = {},
  ): (topic: string) => TopicDecoding {
    const made = new Map<string, TopicDecoding>()
    return (topic) => {
      let decoding = made.get(topic)
      if (decoding === undefined) {
        decoding = this.make(job, topic, isPatient)
        made.set(topic, decoding)
      }
      return decoding
    }
  }

  /** Of the files that the job names; undefined when it names none. */
  async library({ protobuf }: DecodingJob = NOTHING_KNOWN): Promise<ProtoLibrary | undefined> {
    return protobuf === undefined ? undefined : this.messagesOf(protobuf.files).library()
  }

  private make(
    { registry, choices, protobuf }: DecodingJob,
    topic: string,
    isPatient: boolean,
  ): TopicDecoding {
    const chosen = Object.hasOwn(choices, topic) ? choices[topic] : undefined
    const own = internalDecoders(topic) ?? configuredDecoders(protobuf?.topics ?? [], topic)
    if (registry === null && protobuf === undefined) {
      return chosen === undefined && Object.keys(own).length === 0
        ? PLAIN_DECODING
        : decodingWithoutSchemas(chosen ?? {}, own)
    }
    const store = registry === null ? NOTHING_TO_LOAD : this.sourceOf(registry, isPatient)
    const source =
      protobuf === undefined ? store : new EitherSource(store, this.messagesOf(protobuf.files))
    const options = { hasRegistry: registry !== null }
    return new TopicDecoding(source, chosen ?? {}, own, options)
  }

  private sourceOf(registry: NonNullable<DecodingJob['registry']>, isPatient: boolean) {
    const store = this.storeOf(registry)
    return isPatient ? store.patient : store
  }

  private storeOf(registry: NonNullable<DecodingJob['registry']>): SchemaStore {
    const key = JSON.stringify(registry)
    let store = this.stores.get(key)
    if (store === undefined) {
      store = new SchemaStore({ client: new RegistryClient(registry), now: Date.now })
      this.stores.set(key, store)
    }
    return store
  }

  private messagesOf(files: readonly string[]): FileMessages {
    const key = JSON.stringify(files)
    let messages = this.messages.get(key)
    if (messages === undefined) {
      messages = new FileMessages(files, Date.now)
      this.messages.set(key, messages)
    }
    return messages
  }
}

/** Messages of files from the files, everything else from the registry. */
class EitherSource implements LoadingSource {
  private readonly registry: LoadingSource
  private readonly files: LoadingSource

  constructor(registry: LoadingSource, files: LoadingSource) {
    this.registry = registry
    this.files = files
  }

  find(key: SchemaKey): FoundSchema | { reason: string } | undefined {
    return this.of(key).find(key)
  }

  load(key: SchemaKey): Promise<void> {
    return this.of(key).load(key)
  }

  private of(key: SchemaKey): LoadingSource {
    return key.kind === 'file' ? this.files : this.registry
  }
}
