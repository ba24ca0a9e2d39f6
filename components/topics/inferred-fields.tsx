'use client'
// The fields that records have, where no schema says so: types, gaps and values of the sample.

import type { InferredField } from '../../lib/contracts/inferred.ts'
import { fieldsLook, indent } from '../schemas/fields-look.ts'
import { gapsText, shareText, typesText } from './seen-fields.ts'
import { SeenValues } from './seen-values.tsx'

interface InferredFieldsProps {
  label: string
  fields: readonly InferredField[]
}

export function InferredFields({ label, fields }: InferredFieldsProps) {
  // Payloads that are all objects need no row for the whole.
  const [root] = fields
  const isPlain = root?.name === '' && root.types.length === 1 && root.types[0]?.type === 'object'
  const shown = isPlain && root.names === null && fields.length > 1 ? fields.slice(1) : fields
  const top = shown[0]?.depth ?? 0
  return (
    <table aria-label={label} className={fieldsLook.table}>
      <thead className={fieldsLook.head}>
        <tr className="h-8 border-b">
          <th scope="col" className="w-1/4 font-medium">
            Field
          </th>
          <th scope="col" className="w-1/6 font-medium">
            Types
          </th>
          <th scope="col" className="w-1/6 font-medium">
            Present
          </th>
          <th scope="col" className="font-medium">
            Values
          </th>
        </tr>
      </thead>
      <tbody className={fieldsLook.body}>
        {shown.map((field) => (
          <tr key={field.path} className={fieldsLook.row}>
            <th
              scope="row"
              title={field.path}
              className={fieldsLook.name}
              style={indent(field.depth - top)}
            >
              {nameOf(field)}
            </th>
            <td className={fieldsLook.cell}>{typesText(field)}</td>
            <td className={fieldsLook.below}>
              <Presence field={field} />
            </td>
            <td className={fieldsLook.below}>
              <SeenValues field={field} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function nameOf({ name }: InferredField) {
  if (name === '') return <span className="font-sans text-soft">the whole</span>
  if (name === '*') return <span className="font-sans text-soft">any name</span>
  if (name === '[]') return <span className="font-sans text-soft">each element</span>
  return name
}

function Presence({ field }: { field: InferredField }) {
  const gaps = gapsText(field)
  // Elements, and members of maps, are where they are: there is no place for a missing one.
  const hasPlaces = field.name !== '[]' && field.name !== '*' && field.name !== ''
  return (
    <span className="figures">
      {hasPlaces && shareText(field.present / Math.max(1, field.places))}
      {gaps !== null && <span className="text-faint text-xs md:block"> {gaps}</span>}
    </span>
  )
}
