// The values that a field had in the sample: ranges and how many are distinct, then the most
// frequent ones with their counts, or some examples.

import type { InferredField } from '../../lib/contracts/inferred.ts'
import { formatCount } from '../../lib/format/count.ts'
import { factsOf, formatText } from './seen-fields.ts'

/** Of the most frequent values and of examples, how many are shown. */
const TOP_SHOWN = 8
const EXAMPLES_SHOWN = 3

export function SeenValues({ field }: { field: InferredField }) {
  const format = formatText(field)
  const facts = [...(format === null ? [] : [format]), ...factsOf(field)]
  const examples = field.names?.examples ?? field.examples
  const top = field.top.slice(0, TOP_SHOWN)
  const rest = (field.distinct?.count ?? 0) - top.length
  return (
    <>
      {facts.length > 0 && <p className="figures text-soft text-xs">{facts.join(' · ')}</p>}
      {top.length > 0 && (
        <ul className="flex flex-wrap gap-x-4">
          {top.map(({ value, count }) => (
            <li key={value} className="flex min-w-0 items-baseline gap-1.5">
              <span className="data truncate" title={value}>
                {value}
              </span>
              <span className="figures text-faint text-xs">{formatCount(count)}</span>
            </li>
          ))}
          {rest > 0 && <li className="text-faint text-xs">{formatCount(rest)} more</li>}
        </ul>
      )}
      {top.length === 0 &&
        examples.slice(0, EXAMPLES_SHOWN).map((example) => (
          <span key={example} className="data block truncate" title={example}>
            {example}
          </span>
        ))}
    </>
  )
}
