// The two kinds of streams that the API answers with, read as they arrive: one JSON document per
// line (NDJSON), or per event (SSE). Reading by fetch rather than EventSource shows the status
// and the problem of a refused stream, and the comments that keep a silent one alive.

/** Text pieces in, whole lines out; what follows the last line break waits for the next piece. */
export function lineSplitter(): (piece: string) => string[] {
  let rest = ''
  return (piece) => {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    return lines
  }
}

/** SSE lines in, the data of whole events out. Comments and other fields say nothing here. */
export function eventCollector(): (line: string) => string | null {
  let data: string[] = []
  return (raw) => {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    if (line.startsWith('data:')) {
      data.push(line.slice(line[5] === ' ' ? 6 : 5))
      return null
    }
    if (line !== '' || data.length === 0) return null
    const whole = data.join('\n')
    data = []
    return whole
  }
}

/** Calls `onPiece` for every piece of text until the stream ends or the signal aborts it. */
export async function readText(
  body: ReadableStream<Uint8Array>,
  onPiece: (piece: string) => void,
): Promise<void> {
  const decoder = new TextDecoder()
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    onPiece(decoder.decode(value, { stream: true }))
  }
}

export async function readJsonLines<Line>(
  response: Response,
  onLines: (lines: Line[]) => void,
): Promise<void> {
  if (response.body === null) return
  const split = lineSplitter()
  const parse = (texts: string[]) =>
    texts.filter((text) => text.trim() !== '').map((text) => JSON.parse(text) as Line)
  await readText(response.body, (piece) => {
    const lines = parse(split(piece))
    if (lines.length > 0) onLines(lines)
  })
  const last = parse(split('\n'))
  if (last.length > 0) onLines(last)
}

export async function readEvents<Event>(
  response: Response,
  onEvents: (events: Event[]) => void,
  onAlive: () => void,
): Promise<void> {
  if (response.body === null) return
  const split = lineSplitter()
  const collect = eventCollector()
  await readText(response.body, (piece) => {
    onAlive()
    const events: Event[] = []
    for (const line of split(piece)) {
      const data = collect(line)
      if (data !== null) events.push(JSON.parse(data) as Event)
    }
    if (events.length > 0) onEvents(events)
  })
}
