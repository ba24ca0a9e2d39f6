// What a watched resource looks like at one moment, as JSON, and what changed between two.
//
// Snapshots are shared by all who watch and never changed; a row that stayed the same keeps the
// very same text, so comparing two lists costs little.

import type { LiveEvent } from '../../../lib/contracts/live.ts'

export type Snapshot =
  | { kind: 'list'; resource: 'topics' | 'groups'; rows: ReadonlyMap<string, string> }
  | { kind: 'single'; event: string }

export function listSnapshot(
  resource: 'topics' | 'groups',
  rows: readonly { name: string }[],
  previous: Snapshot | undefined,
): Snapshot {
  const before = previous?.kind === 'list' ? previous.rows : undefined
  const texts = new Map<string, string>()
  for (const row of rows) {
    const text = JSON.stringify(row)
    const known = before?.get(row.name)
    texts.set(row.name, known === text ? known : text)
  }
  return { kind: 'list', resource, rows: texts }
}

export function singleSnapshot(event: LiveEvent): Snapshot {
  return { kind: 'single', event: JSON.stringify(event) }
}

/** The event that takes a reader from one snapshot to the next; undefined when they are alike. */
export function eventBetween(before: Snapshot | undefined, after: Snapshot): string | undefined {
  if (after.kind === 'single') {
    return before?.kind === 'single' && before.event === after.event ? undefined : after.event
  }
  const { resource, rows } = after
  if (before?.kind !== 'list') {
    return `{"resource":"${resource}","data":{"${resource}":[${[...rows.values()].join(',')}]}}`
  }
  const changed: string[] = []
  for (const [name, text] of rows) if (before.rows.get(name) !== text) changed.push(text)
  const removed = [...before.rows.keys()].filter((name) => !rows.has(name))
  if (changed.length === 0 && removed.length === 0) return undefined
  return `{"resource":"${resource}-changed","changed":[${changed.join(',')}],"removed":${JSON.stringify(removed)}}`
}
