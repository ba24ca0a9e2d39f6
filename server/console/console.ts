// The console's services as one thing that answers requests: clusters, reader threads, HTTP API.

import { availableParallelism } from 'node:os'
import type { RouteName } from '../../lib/contracts/routes.ts'
import { openConnections } from '../client/open-connections.ts'
import { createLogger } from '../runtime/logger.ts'
import { createNodeRuntime } from '../runtime/node.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { Cluster, type ClusterConfig } from './cluster.ts'
import { getOverview, listBrokers, listClusters } from './clusters.ts'
import { getBrokerConfigs, getTopicConfigs } from './configs.ts'
import { getGroup, listGroupRows } from './groups/groups.ts'
import { offerConsole } from './handle.ts'
import { createApp } from './http/app.ts'
import type { HandlerInput, Handlers } from './http/handlers.ts'
import { watch } from './live/live.ts'
import { getRecord, getRecordBytes, readMessages, tailMessages } from './messages/messages.ts'
import { ApiError } from './problem.ts'
import type { Reader } from './readers/reader.ts'
import { ReaderPool } from './readers/reader-pool.ts'
import { DecoderChoices } from './schemas/decoder-choices.ts'
import { createSchemaHandlers, type SchemaHandlers } from './schemas/handlers.ts'
import { createSearchHandlers, type SearchHandlers } from './search/handlers.ts'
import { SearchThreads } from './search/search-threads.ts'
import { Searches } from './search/searches.ts'
import { createTopic, deleteTopic, previewDeleteTopic } from './topics/change-topics.ts'
import { getTopicStats } from './topics/stats.ts'
import { getTopic, listTopicRows } from './topics/topics.ts'
import { createTransfer, type TransferHandlers } from './transfer/handlers.ts'

export type { ClusterConfig } from './cluster.ts'

export interface ConsoleOptions {
  clusters: readonly ClusterConfig[]
  /** Version of Riverglass. */
  version: string
  readerThreads?: number
  /** Most that one search uses. */
  searchThreads?: number
  /** The reader thread's built file, where that is not beside this one. */
  readerEntry?: URL
  runtime?: Runtime
  /** Folder of the console's own files; without one, what it keeps ends with the process. */
  stateFolder?: string
}

export interface Console {
  /** Answers everything under /api. */
  fetch(request: Request): Promise<Response>
  close(): Promise<void>
}

const READER_THREADS_MAX = 4
const SEARCH_THREADS_MAX = 2
/** Clusters to which connections are opened ahead of the first request. */
const WARM_CLUSTERS_MAX = 4

export function createConsole(options: ConsoleOptions): Console {
  const runtime = options.runtime ?? createNodeRuntime(consoleLog)
  const choices = new DecoderChoices({ folder: options.stateFolder, log: runtime.log })
  const clusters = new Map<string, Cluster>()
  for (const config of options.clusters) {
    const id = freeId(config.id ?? config.name, clusters)
    clusters.set(id, new Cluster(id, config, runtime, choices))
  }
  const pool = new ReaderPool({
    threads:
      options.readerThreads ??
      Math.max(1, Math.min(READER_THREADS_MAX, availableParallelism() - 1)),
    entry: options.readerEntry ?? new URL('./reader-thread.ts', import.meta.url),
    log: runtime.log,
  })
  pool.warm()
  const clusterOf = findIn(clusters)
  const threads = new SearchThreads({
    threads: options.searchThreads ?? Math.min(SEARCH_THREADS_MAX, availableParallelism()),
    entry: options.readerEntry ?? new URL('./reader-thread.ts', import.meta.url),
    log: runtime.log,
  })
  const warmUp = (reader: Reader) => {
    for (const { config } of [...clusters.values()].slice(0, WARM_CLUSTERS_MAX)) {
      reader.warmUp(config.bootstrap)
    }
  }
  threads.warmLater(warmUp, () => {
    pool.warmUp(warmUp)
    for (const { client } of [...clusters.values()].slice(0, WARM_CLUSTERS_MAX)) {
      openConnections(client).catch(() => undefined)
    }
  })
  const searches = new Searches(threads)
  const transfer = createTransfer({
    clusterOf,
    searches,
    pool,
    threads,
    stateFolder: options.stateFolder,
    log: runtime.log,
  })
  const handlers = {
    ...createHandlers(clusters, clusterOf, pool, options.version),
    ...createSchemaHandlers({ clusterOf, choices, pool }),
    ...createSearchHandlers({ clusterOf, searches, pool }),
    ...transfer.handlers,
  }
  const app = createApp({ handlers, version: options.version, log: runtime.log })
  const fetch = async (request: Request) => app.fetch(request)
  const takeBack = offerConsole(fetch)
  return {
    fetch,
    close: async () => {
      takeBack()
      await transfer.close()
      for (const cluster of clusters.values()) cluster.close()
      await Promise.all([pool.close(), threads.close()])
    },
  }
}

const consoleLog = createLogger('info', ({ level, message, fields }) => {
  console.error(`${level}: ${message}`, fields)
})

/** The name as it may stand in an address; a number behind it where that is taken. */
function freeId(name: string, taken: ReadonlyMap<string, unknown>): string {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 56)
  const base = plain === '' ? 'cluster' : plain
  let id = base
  for (let number = 2; taken.has(id); number++) id = `${base}-${number}`
  return id
}

type ClusterOf = (input: { params: { cluster: string } }) => Cluster

function findIn(clusters: ReadonlyMap<string, Cluster>): ClusterOf {
  return ({ params }) => {
    const cluster = clusters.get(params.cluster)
    if (cluster !== undefined) return cluster
    throw new ApiError(404, {
      code: 'unknown_cluster',
      message: `This console knows no cluster "${params.cluster}", only ${[...clusters.keys()].join(', ') || 'none'}.`,
      field: 'cluster',
    })
  }
}

function createHandlers(
  clusters: ReadonlyMap<string, Cluster>,
  clusterOf: ClusterOf,
  pool: ReaderPool,
  version: string,
): Omit<Handlers, keyof TransferHandlers | keyof SearchHandlers | keyof SchemaHandlers> {
  type Input<N extends RouteName> = HandlerInput<N>
  return {
    listClusters: () => listClusters(clusters.values(), version),
    getOverview: async (input) => getOverview(clusterOf(input)),
    listBrokers: async (input) => listBrokers(clusterOf(input)),
    getBrokerConfigs: async (input) => getBrokerConfigs(clusterOf(input), input.params.broker),
    listTopics: async (input) => listTopicRows(clusterOf(input)),
    getTopicStats: async (input) => getTopicStats(clusterOf(input), input.query.topics),
    createTopic: async (input) => createTopic(clusterOf(input), input.body),
    getTopic: async (input) => getTopic(clusterOf(input), input.params.topic),
    previewDeleteTopic: async (input) => previewDeleteTopic(clusterOf(input), input.params.topic),
    deleteTopic: async (input) => deleteTopic(clusterOf(input), input.params.topic),
    getTopicConfigs: async (input) => getTopicConfigs(clusterOf(input), input.params.topic),
    readMessages: async (input: Input<'readMessages'>) =>
      readMessages(pool, clusterOf(input), input.params.topic, input.query, input.signal),
    getRecord: async (input) =>
      getRecord(pool, clusterOf(input), input.params, input.query.whole === 'true', input.signal),
    getRecordBytes: async (input) =>
      getRecordBytes(pool, clusterOf(input), input.params, input.query.part, input.signal),
    tailMessages: async (input) =>
      tailMessages(pool, clusterOf(input), input.params.topic, input.query, input.signal),
    listGroups: async (input) => listGroupRows(clusterOf(input)),
    getGroup: async (input) => getGroup(clusterOf(input), input.params.group),
    watch: async (input) => watch(clusterOf(input), input.query.watch, input.signal),
  }
}
