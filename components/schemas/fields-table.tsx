'use client'
// The fields of a schema in its order, with what its author wrote about them.

import type { ReactNode } from 'react'
import type { SchemaFields } from '../../lib/contracts/schemas.ts'

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
    <div className="overflow-x-auto">
      <table aria-label={label} className="w-full min-w-[560px] table-fixed">
        <thead className="text-left text-soft text-xs">
          <tr className="h-8 border-b">
            <th scope="col" className="w-1/4 font-medium">
              Field
            </th>
            <th scope="col" className="w-1/4 font-medium">
              Type
            </th>
            <th scope="col" className="font-medium">
              Description
            </th>
            {seen !== undefined && (
              <th scope="col" className="w-1/4 font-medium">
                In recent records
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field.path} className="border-b align-top [overflow-wrap:anywhere]">
              <th
                scope="row"
                title={field.path}
                className="data py-1.5 pr-3 text-left font-normal"
                style={{ paddingLeft: Math.min(field.depth, 8) * 16 }}
              >
                {field.name}
              </th>
              <td className="py-1.5 pr-3">
                {field.type}
                {field.optional && <span className="text-faint text-xs"> optional</span>}
              </td>
              <td className="py-1.5 pr-3 whitespace-pre-line">
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
              {seen !== undefined && <td className="py-1.5">{seen(field.path)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
