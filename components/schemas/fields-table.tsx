'use client'
// The fields of a schema in its order, with what its author wrote about them.

import type { ReactNode } from 'react'
import type { SchemaFields } from '../../lib/contracts/schemas.ts'
import { classNames } from '../ui/class-names.ts'
import { fieldsLook, indent } from './fields-look.ts'

type Field = SchemaFields['fields'][number]

interface FieldsTableProps {
  label: string
  fields: readonly Field[]
  /** What was seen in records, beside what the schema says; for each field by its path. */
  seen?: ((path: string) => ReactNode) | undefined
}

export function FieldsTable({ label, fields, seen }: FieldsTableProps) {
  if (fields.length === 0) return <p className="py-3 text-soft">The schema has no named fields.</p>
  return (
    <table aria-label={label} className={fieldsLook.table}>
      <thead className={fieldsLook.head}>
        <tr className="h-8 border-b">
          <th scope="col" className="w-1/5 font-medium">
            Field
          </th>
          <th scope="col" className="w-1/5 font-medium">
            Type
          </th>
          <th scope="col" className="font-medium">
            Description
          </th>
          {seen !== undefined && (
            <th scope="col" className="w-1/3 font-medium">
              In recent records
            </th>
          )}
        </tr>
      </thead>
      <tbody className={fieldsLook.body}>
        {fields.map((field) => (
          <tr key={field.path} className={fieldsLook.row}>
            <th
              scope="row"
              title={field.path}
              className={fieldsLook.name}
              style={indent(field.depth)}
            >
              {field.name}
            </th>
            <td className={fieldsLook.cell}>
              {field.type}
              {field.optional && <span className="text-faint text-xs"> optional</span>}
            </td>
            <td className={classNames(fieldsLook.below, 'whitespace-pre-line')}>
              {field.doc}
              {field.default !== null && (
                <span className="block text-faint text-xs">
                  default <span className="data">{field.default}</span>
                </span>
              )}
              {field.recursive && (
                <span className="block text-faint text-xs">its fields are told above</span>
              )}
            </td>
            {seen !== undefined && <td className={fieldsLook.below}>{seen(field.path)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
