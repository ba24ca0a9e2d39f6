import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventBetween, listSnapshot, type Snapshot } from './snapshot.ts'

interface Row {
  name: string
  figure: number
}

const snapshot = (rows: readonly Row[], previous?: Snapshot) =>
  listSnapshot('topics', rows, previous)

/** What a reader knows after an event, by name. */
function apply(known: Map<string, Row>, event: string | undefined): Map<string, Row> {
  if (event === undefined) return known
  const news = JSON.parse(event)
  if (news.resource === 'topics') {
    return new Map(news.data.topics.map((row: Row) => [row.name, row]))
  }
  const after = new Map(known)
  for (const row of news.changed as Row[]) after.set(row.name, row)
  for (const name of news.removed as string[]) after.delete(name)
  return after
}

const lists = fc.uniqueArray(
  fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd', 'e"f'), figure: fc.nat(2) }),
  { selector: ({ name }) => name },
)

describe('what changed in a list', () => {
  it('brings a reader from any moment to any later one', () => {
    fc.assert(
      fc.property(fc.array(lists, { minLength: 1 }), (moments) => {
        let sent: Snapshot | undefined
        let previous: Snapshot | undefined
        let known = new Map<string, Row>()
        for (const rows of moments) {
          const now = snapshot(rows, previous)
          previous = now
          const event = eventBetween(sent, now)
          known = apply(known, event)
          sent = now
          expect(known).toEqual(new Map(rows.map((row) => [row.name, row])))
        }
      }),
    )
  })

  it('is nothing while nothing changes, in whatever order the rows come', () => {
    const rows = [
      { name: 'a', figure: 1 },
      { name: 'b', figure: 2 },
    ]
    expect(eventBetween(snapshot(rows), snapshot(rows.toReversed()))).toBeUndefined()
  })
})
