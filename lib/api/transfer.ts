// Sending records: by form, again, or from a file whose progress is streamed back.

import type { ImportLine, ProduceBody } from '../contracts/search.ts'
import { apiPaths } from '../paths.ts'
import { ApiError, problemOf, sendJson, unreachable } from './request.ts'
import { lineSplitter } from './streams.ts'

export const produceRecords = (cluster: string, topic: string, body: ProduceBody) =>
  sendJson('produce', 'POST', apiPaths.produce(cluster, topic), body)

export interface ResendBody {
  from: { topic: string; partition: number; offset: string }
  partition?: number
  keepTimestamp: boolean
}

export const resendRecord = (cluster: string, topic: string, body: ResendBody) =>
  sendJson('resend', 'POST', apiPaths.resend(cluster, topic), body)

export interface ImportListener {
  /** Bytes of the file that have left the browser: as many as the server took, give or take a buffer. */
  onSent: (bytes: number) => void
  onLines: (lines: ImportLine[]) => void
}

/**
 * The browser reads the file from disk while it sends it. It shows nothing of the answer before
 * the whole file is sent; until then how much was sent is all that is known, and fetch does not
 * tell that. Rejects with an AbortError, or an ApiError.
 */
export function importFile(
  cluster: string,
  topic: string,
  search: URLSearchParams,
  file: File,
  signal: AbortSignal,
  { onSent, onLines }: ImportListener,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new DOMException('aborted', 'AbortError'))
    const request = new XMLHttpRequest()
    const split = lineSplitter()
    let read = 0
    function take(ending = '') {
      if (!isGood(request.status)) return
      const text = request.responseText
      const lines = split(text.slice(read) + ending).filter((line) => line.trim() !== '')
      read = text.length
      if (lines.length > 0) onLines(lines.map((line) => JSON.parse(line) as ImportLine))
    }
    const abort = () => request.abort()
    signal.addEventListener('abort', abort, { once: true })
    request.onloadend = () => signal.removeEventListener('abort', abort)
    request.upload.onprogress = ({ loaded }) => onSent(loaded)
    request.onprogress = () => take()
    request.onabort = () => reject(new DOMException('aborted', 'AbortError'))
    request.onerror = () => void failureOf(file).then(reject)
    request.onload = () => {
      if (isGood(request.status)) {
        take('\n')
        resolve()
        return
      }
      const { status, statusText } = request
      void problemOf(new Response(request.responseText, { status, statusText })).then((problem) =>
        reject(new ApiError(status, problem)),
      )
    }
    request.open('POST', apiPaths.importMessages(cluster, topic, search))
    const type = search.get('format') === 'csv' ? 'text/csv' : 'application/x-ndjson'
    request.setRequestHeader('content-type', type)
    request.send(file)
  })
}

const isGood = (status: number) => status >= 200 && status < 300

/** Why nothing came back: a file that was saved anew since it was chosen cannot be read any more. */
async function failureOf(file: File): Promise<ApiError> {
  const readable = await file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    )
  return new ApiError(
    0,
    readable
      ? unreachable
      : {
          code: 'file_changed',
          message: `${file.name} was changed, moved or deleted since it was chosen. Choose it again.`,
          field: 'body',
        },
  )
}
