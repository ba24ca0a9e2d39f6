// The log source over a cluster: one Fetch per leader for all partitions that are asked for.
//
// When several partitions share a request the broker promises a whole batch for the first of
// them only; whoever gets nothing, though there is something, is asked for alone.

import type { ClusterClient } from '../../client/cluster-client.ts'
import { checkCancelled } from '../../client/errors.ts'
import { type FetchedPartition, fetchFrom, READ_NOW } from '../../client/fetch.ts'
import { askLeaders } from '../../client/leaders.ts'
import { type Damage, type FetchedRecord, readBatches } from './fetched-records.ts'
import type { LogSource, Run, RunQuestion } from './log-source.ts'

const RESPONSE_BYTES_MAX = 32 * 1024 * 1024
export const LEADERS_AGE_MS = 30_000

export class KafkaSource implements LogSource<FetchedRecord> {
  private readonly client: ClusterClient
  private readonly topic: string
  private readonly signal: AbortSignal
  readonly damages: Damage[] = []
  bytesRead = 0

  constructor(client: ClusterClient, topic: string, signal: AbortSignal) {
    this.client = client
    this.topic = topic
    this.signal = signal
  }

  async read(questions: readonly RunQuestion[]): Promise<Run<FetchedRecord>[]> {
    const runs = await this.readOnce(questions)
    return Promise.all(
      questions.map(async (question, at) => {
        const run =
          runs[at] ?? (questions.length === 1 ? undefined : (await this.readOnce([question]))[0])
        // Alone it would have come: below the high watermark there is nothing any more.
        return run ?? { records: [], from: question.from, next: question.to }
      }),
    )
  }

  /** Undefined for partitions that gave no whole batch. Rejects when one could not be read. */
  private async readOnce(
    questions: readonly RunQuestion[],
  ): Promise<(Run<FetchedRecord> | undefined)[]> {
    checkCancelled(this.signal)
    const partitions = questions.map(({ partition, from, bytesMax }) => ({
      topic: this.topic,
      partition,
      offset: from,
      bytesMax,
    }))
    const results = await askLeaders(
      this.client,
      partitions,
      (broker, group) =>
        fetchFrom(this.client, broker, group, { ...READ_NOW, bytesMax: RESPONSE_BYTES_MAX }),
      { metadataAgeMsMax: LEADERS_AGE_MS, signal: this.signal },
    )
    checkCancelled(this.signal)
    return questions.map((question, at) => {
      const result = results[at]
      if (result === undefined) return undefined
      if ('error' in result) throw result.error
      return this.runOf(question, result.value)
    })
  }

  private runOf(
    { partition, from, low, to }: RunQuestion,
    fetched: FetchedPartition,
  ): Run<FetchedRecord> | undefined {
    this.bytesRead += fetched.records.length
    const { records, damages, first, next } = readBatches(fetched.records, partition, low, to)
    this.damages.push(...damages)
    if (next === undefined) return undefined
    const covered = first === undefined || first > from ? from : first
    return {
      records,
      from: covered < low ? low : covered,
      next: next > from ? next : from + 1n,
    }
  }
}
