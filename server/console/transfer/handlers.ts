// The handlers of everything that goes in and out as records: produce, resend, import, export,
// and the saved queries. They share, per cluster, one idle producer and whose turn a partition is.

import type { Logger } from '../../runtime/runtime.ts'
import type { Cluster } from '../cluster.ts'
import type { Handlers } from '../http/handlers.ts'
import { ApplicationProducer } from '../produce/application-producer.ts'
import { checkPayload, getSkeleton } from '../produce/by-schema.ts'
import { Turns } from '../produce/partitioner.ts'
import { type Production, produce, resend } from '../produce/produce.ts'
import type { ReaderPool } from '../readers/reader-pool.ts'
import { SavedQueries } from '../saved/saved-queries.ts'
import type { SearchThreads } from '../search/search-threads.ts'
import type { Searches } from '../search/searches.ts'
import { exportMessages } from './export.ts'
import { importMessages } from './import.ts'
import { chooseTableOf, parquetOf } from './table/tools.ts'

export type TransferHandlers = Pick<
  Handlers,
  | 'produce'
  | 'resend'
  | 'importMessages'
  | 'exportMessages'
  | 'getSkeleton'
  | 'checkPayload'
  | 'listSavedQueries'
  | 'saveQuery'
  | 'deleteSavedQuery'
>

export interface TransferOptions {
  /** Throws ApiError 404 for a cluster that is not known. */
  clusterOf: (input: { params: { cluster: string } }) => Cluster
  searches: Searches
  pool: ReaderPool
  threads: SearchThreads
  stateFolder: string | undefined
  log: Logger
}

export interface Transfer {
  handlers: TransferHandlers
  close(): Promise<void>
}

export function createTransfer(options: TransferOptions): Transfer {
  const { clusterOf } = options
  const saved = new SavedQueries({ folder: options.stateFolder, log: options.log })
  const turns = new Turns()
  const producers = new Map<Cluster, ApplicationProducer>()
  const productionOf = (input: {
    params: { cluster: string }
    signal: AbortSignal
  }): Production => {
    const cluster = clusterOf(input)
    const producer = producers.get(cluster) ?? new ApplicationProducer(cluster.config.bootstrap)
    producers.set(cluster, producer)
    return { cluster, producer, turns, threads: options.threads, signal: input.signal }
  }
  return {
    handlers: {
      produce: async (input) => produce(productionOf(input), input.params.topic, input.body),
      resend: async (input) => resend(productionOf(input), input.params.topic, input.body),
      importMessages: async (input) =>
        importMessages(
          productionOf(input),
          input.params.topic,
          input.query,
          input.body,
          (error: unknown) => options.log.error('an import failed', { error }),
        ),
      getSkeleton: async (input) => {
        const { subject } = input.params
        const { version = null, message = null } = input.query
        const choice = { subject, version, message }
        return getSkeleton(options.threads, clusterOf(input), choice, input.signal)
      },
      checkPayload: async (input) => {
        const { subject } = input.params
        const { text, version = null, message = null } = input.body
        const typed = { subject, version, message, text }
        return checkPayload(options.threads, clusterOf(input), typed, input.signal)
      },
      exportMessages: async (input) => {
        const cluster = clusterOf(input)
        const { searches, pool, threads } = options
        const { signal } = input
        return exportMessages(input.query, cluster.id, {
          begin: (query, limit, output) => searches.begin(cluster, query, limit, output, signal),
          chooseTable: (topics) => chooseTableOf(pool, cluster, topics, signal),
          parquet: (schema, blocks) => parquetOf(threads, schema, blocks, signal),
        })
      },
      listSavedQueries: async () => ({ queries: await saved.list() }),
      saveQuery: async ({ body }) => saved.add(body),
      deleteSavedQuery: async ({ params }) => saved.remove(params.id),
    },
    close: async () => {
      await Promise.all([...producers.values()].map((producer) => producer.close()))
    },
  }
}
