'use client'
// How a payload was read: by which decoder and schema, what was undone before, and why others
// did not take it. Those that saw at once that it is none of theirs are folded away.

import type { Payload } from '../../lib/contracts/messages.ts'
import { sortRefusals } from '../../lib/decode/refusals.ts'

interface DecodingReportProps {
  payload: Payload
  /** Why there is no tree, where one could be expected. */
  treeProblem: string | null
}

export function DecodingReport({ payload, treeProblem }: DecodingReportProps) {
  const { decoder, schema, wrappings = [], refused } = payload
  const { telling, atFirstSight } = sortRefusals(refused)
  return (
    <section aria-label="Decoding" className="flex flex-col gap-1 text-soft text-xs">
      <p className="[overflow-wrap:anywhere]">
        Decoded as <span className="font-medium text-text">{decoder}</span>
        {schema !== undefined && (
          <>
            {' by '}
            <span className="font-medium text-text">{describeSchema(schema)}</span>
          </>
        )}
        {wrappings.length > 0 && `; before that, ${wrappings.join(' and ')} was undone`}
      </p>
      <Refusals refused={telling} />
      {treeProblem !== null && <p>No tree: {treeProblem}</p>}
      {atFirstSight.length > 0 && (
        <details>
          <summary>
            Not {listOr(atFirstSight.map((each) => each.decoder))}: it does not look like that
          </summary>
          <Refusals refused={atFirstSight} />
        </details>
      )}
    </section>
  )
}

function Refusals({ refused }: { refused: Payload['refused'] }) {
  if (refused.length === 0) return null
  return (
    <ul className="list-disc pl-5">
      {refused.map((each) => (
        <li key={each.decoder} className="[overflow-wrap:anywhere]">
          Not <span className="font-medium">{each.decoder}</span>: {each.reason}
        </li>
      ))}
    </ul>
  )
}

const kinds = { AVRO: 'Avro', PROTOBUF: 'Protobuf', JSON: 'JSON Schema' } as const

/** Avro schema 12, Order, version 3 of orders-value */
export function describeSchema(schema: NonNullable<Payload['schema']>): string {
  const { type, id, name, subject, version } = schema
  return [
    `${kinds[type]} schema${id === null ? '' : ` ${id}`}`,
    ...(name === null ? [] : [name]),
    ...(subject === null
      ? []
      : [version === null ? `subject ${subject}` : `version ${version} of ${subject}`]),
  ].join(', ')
}

function listOr(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}
