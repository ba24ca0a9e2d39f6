// Answers that go on: NDJSON and server-sent events, pulled by the reader.
//
// A document is taken from its source only when the reader has room for it, so a slow reader
// slows the work and never fills memory. When the reader goes away the source is told in both
// ways there are: its iterator returns and its signal aborts. Which of the two the server
// notices first depends on how the connection ended.

import { attachment } from './attachment.ts'
import type { DocumentStream, FileStream } from './handlers.ts'

const HEARTBEAT_MS = 15_000
const HEARTBEAT = ': still here\n\n'

const HEADERS = {
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}

/** Without no-transform, by which the compression in app.ts leaves streams as they are. */
const BRIEF_HEADERS = { 'cache-control': 'no-store' }

export type StreamForm = 'ndjson' | 'sse'

export function streamResponse(
  form: StreamForm,
  documents: DocumentStream,
  reader: AbortController,
  brief: boolean,
): Response {
  const type = form === 'ndjson' ? 'application/x-ndjson' : 'text/event-stream'
  const body = form === 'ndjson' ? ndjson(documents) : sse(documents)
  return new Response(pulled(body, reader), {
    headers: { ...(brief ? BRIEF_HEADERS : HEADERS), 'content-type': `${type}; charset=utf-8` },
  })
}

/**
 * A file has no place for a message about what went wrong, so a failure cuts the connection: the
 * answer has no end, and whoever saves it sees that the download failed.
 */
export function fileResponse(file: FileStream, reader: AbortController): Response {
  return new Response(pulled(iterate(file.chunks), reader), {
    headers: { ...HEADERS, ...attachment(file.fileName), 'content-type': file.contentType },
  })
}

async function* iterate<T>(chunks: AsyncIterable<T>): AsyncGenerator<T> {
  yield* chunks
}

async function* ndjson(documents: DocumentStream): AsyncGenerator<string> {
  for await (const document of documents) yield `${document}\n`
}

/** One event per document; a comment when nothing was sent for a while. */
async function* sse(documents: DocumentStream): AsyncGenerator<string> {
  // Sent at once, so that the reader knows that the stream is open.
  yield ': open\n\n'
  const iterator = documents[Symbol.asyncIterator]()
  let next: Promise<IteratorResult<string>> | undefined
  try {
    for (;;) {
      next ??= iterator.next()
      const result = await orSilence(next)
      if (result === 'silence') {
        yield HEARTBEAT
        continue
      }
      if (result.done) return
      next = undefined
      yield `data: ${result.value}\n\n`
    }
  } finally {
    // Not awaited: a source in the middle of a wait ends by its signal.
    iterator.return?.().catch(() => undefined)
  }
}

async function orSilence<T>(next: Promise<T>): Promise<T | 'silence'> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<'silence'>((resolve) => {
    timer = setTimeout(() => resolve('silence'), HEARTBEAT_MS)
    timer.unref()
  })
  try {
    return await Promise.race([next, silence])
  } finally {
    clearTimeout(timer)
  }
}

function pulled(
  chunks: AsyncGenerator<string | Uint8Array>,
  reader: AbortController,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const stop = () => {
    reader.abort()
    chunks.return(undefined).catch(() => undefined)
  }
  return new ReadableStream<Uint8Array>(
    {
      start() {
        reader.signal.addEventListener('abort', stop, { once: true })
      },
      async pull(controller) {
        try {
          const { done, value } = await chunks.next()
          if (done) controller.close()
          else controller.enqueue(typeof value === 'string' ? encoder.encode(value) : value)
        } catch (error) {
          if (reader.signal.aborted) controller.close()
          else controller.error(error)
        }
      },
      cancel: stop,
    },
    { highWaterMark: 1 },
  )
}
