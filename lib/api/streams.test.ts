import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readEvents, readJsonLines } from './streams.ts'

/** The text as an answer that arrives in pieces cut at the given bytes. */
function answer(text: string, cuts: readonly number[]): Response {
  const bytes = new TextEncoder().encode(text)
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort(
    (a, b) => a - b,
  )
  return new Response(
    new ReadableStream({
      start(controller) {
        for (let index = 1; index < edges.length; index += 1) {
          const piece = bytes.slice(edges[index - 1], edges[index])
          if (piece.length > 0) controller.enqueue(piece)
        }
        controller.close()
      },
    }),
  )
}

const documents = fc.array(fc.record({ id: fc.nat(), text: fc.string({ unit: 'grapheme' }) }))
const cuts = fc.array(fc.nat(), { maxLength: 20 })

describe('streams', () => {
  test('NDJSON gives the same documents however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(documents, cuts, fc.boolean(), async (sent, at, closed) => {
        const text = sent.map((each) => JSON.stringify(each)).join('\n') + (closed ? '\n' : '')
        const got: unknown[] = []
        await readJsonLines(answer(text, at), (lines) => got.push(...lines))
        expect(got).toEqual(sent)
      }),
    )
  })

  test('SSE gives the same events however it is cut, and comments give none', async () => {
    await fc.assert(
      fc.asyncProperty(documents, cuts, async (sent, at) => {
        const text = sent
          .map((each) => `: alive\n\nid: 1\ndata: ${JSON.stringify(each)}\n\n`)
          .join('')
        const got: unknown[] = []
        let pieces = 0
        await readEvents(
          answer(text, at),
          (events) => got.push(...events),
          () => {
            pieces += 1
          },
        )
        expect(got).toEqual(sent)
        expect(pieces > 0).toBe(text.length > 0)
      }),
    )
  })

  test('an event of several data lines is one document', async () => {
    const got: unknown[] = []
    await readEvents(
      answer('data: {"a":\r\ndata: 1}\r\n\r\n', [9]),
      (events) => got.push(...events),
      () => {},
    )
    expect(got).toEqual([{ a: 1 }])
  })
})
