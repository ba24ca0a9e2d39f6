// Sending records: by form, again, or from a file whose progress is streamed back.

import type { ImportLine, ProduceBody } from '../contracts/search.ts'
import { apiPaths } from '../paths.ts'
import { send, sendJson } from './request.ts'
import { readJsonLines } from './streams.ts'

export const produceRecords = (cluster: string, topic: string, body: ProduceBody) =>
  sendJson('produce', 'POST', apiPaths.produce(cluster, topic), body)

export interface ResendBody {
  from: { topic: string; partition: number; offset: string }
  partition?: number
  keepTimestamp: boolean
}

export const resendRecord = (cluster: string, topic: string, body: ResendBody) =>
  sendJson('resend', 'POST', apiPaths.resend(cluster, topic), body)

/** The browser reads the file from disk while it sends it. */
export async function importFile(
  cluster: string,
  topic: string,
  search: URLSearchParams,
  file: File,
  signal: AbortSignal,
  onLines: (lines: ImportLine[]) => void,
): Promise<void> {
  const response = await send(apiPaths.importMessages(cluster, topic, search), {
    method: 'POST',
    headers: {
      'content-type': search.get('format') === 'csv' ? 'text/csv' : 'application/x-ndjson',
    },
    body: file,
    signal,
  })
  await readJsonLines<ImportLine>(response, onLines)
}
