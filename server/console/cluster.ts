// One cluster of the console: its client and what is polled from it, shared by all readers.

import { ClusterClient } from '../client/cluster-client.ts'
import { describeLogDirectories, type LogDirectory } from '../client/log-dirs.ts'
import type { ClusterMetadata } from '../client/metadata.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { type GroupsState, loadGroups } from './groups/load-groups.ts'
import { Poller } from './poller.ts'
import type { ConfiguredProtobuf } from './protobuf/configured.ts'
import { type LoadedRates, loadRates } from './rates.ts'
import type { DecodingJob } from './readers/protocol.ts'
import type { DecoderChoices } from './schemas/decoder-choices.ts'
import type { RegistryAddress } from './schemas/registry-address.ts'

export interface ClusterConfig {
  /** As in addresses: a-z, 0-9 and '-'. Made from the name when left out. */
  id?: string
  name: string
  bootstrap: readonly string[]
  /** The cluster that this process runs. */
  embedded?: boolean
  /** Where the schemas of its payloads are. */
  registry?: RegistryAddress
  /** Protobuf messages of files, and in which topics they are. */
  protobuf?: ConfiguredProtobuf
}

const METADATA_INTERVAL_MS = 1_500
const RATES_INTERVAL_MS = 2_000
const GROUPS_INTERVAL_MS = 2_000
const LOG_DIRECTORIES_INTERVAL_MS = 5_000

/** How old an answer may be that a page gets on request. */
export const FRESH_MS = 1_000

export class Cluster {
  readonly id: string
  readonly config: ClusterConfig
  readonly client: ClusterClient
  readonly metadata: Poller<ClusterMetadata>
  readonly rates: Poller<LoadedRates>
  readonly groups: Poller<GroupsState>
  /** By broker; those that do not say are left out. */
  readonly logDirectories: Poller<Map<number, LogDirectory[]>>

  private readonly choices: DecoderChoices

  constructor(id: string, config: ClusterConfig, runtime: Runtime, choices: DecoderChoices) {
    this.choices = choices
    this.id = id
    this.config = config
    this.client = new ClusterClient({
      runtime,
      bootstrap: config.bootstrap,
      clientId: 'riverglass-console',
    })
    this.metadata = new Poller({
      load: () => this.client.metadata(),
      intervalMs: METADATA_INTERVAL_MS,
    })
    this.rates = new Poller({
      load: (previous) => loadRates(this, previous),
      intervalMs: RATES_INTERVAL_MS,
    })
    this.groups = new Poller({
      load: () => loadGroups(this.client),
      intervalMs: GROUPS_INTERVAL_MS,
    })
    this.logDirectories = new Poller({
      load: async () => {
        const brokers = await this.client.brokers()
        return describeLogDirectories(
          this.client,
          brokers.map(({ id }) => id),
        )
      },
      intervalMs: LOG_DIRECTORIES_INTERVAL_MS,
    })
  }

  /** What a thread needs in order to read these topics. */
  async reading(topics: readonly string[]): Promise<{
    bootstrap: readonly string[]
    decoding: DecodingJob
  }> {
    const { bootstrap, registry = null, protobuf } = this.config
    const choices = await this.choices.of(this.id, topics)
    const decoding = { registry, choices, ...(protobuf === undefined ? {} : { protobuf }) }
    return { bootstrap, decoding }
  }

  close(): void {
    const { metadata, rates, groups, logDirectories } = this
    for (const poller of [metadata, rates, groups, logDirectories]) poller.close()
    this.client.close()
  }
}
