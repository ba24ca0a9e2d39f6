// The fields that completion and the form offer for a topic.

import type { FieldList } from '../../lib/contracts/search.ts'
import type { Field } from './complete.ts'

/** Those that were seen, with what their schema says, then those that only a schema has. */
export function fieldsToOffer({ fields, declared }: FieldList): Field[] {
  const said = new Map(declared.map((one) => [one.path, one]))
  const seen = fields.map((field): Field => {
    const one = said.get(field.path)
    said.delete(field.path)
    return one === undefined ? field : { ...field, declared: one }
  })
  const others = [...said.values()].map(
    (one): Field => ({ path: one.path, types: [], share: 0, examples: [], declared: one }),
  )
  return [...seen, ...others]
}
