// How tables of fields look: columns where there is room, and on a narrow screen a row as a block,
// with name and type above and the rest below at full width.

export const fieldsLook = {
  table: 'w-full md:table-fixed max-md:block',
  head: 'text-left text-soft text-xs max-md:sr-only',
  body: 'max-md:block',
  row: 'border-b align-top [overflow-wrap:anywhere] max-md:grid max-md:grid-cols-[1fr_auto] max-md:gap-x-3 max-md:py-1.5',
  name: 'data py-1.5 pr-3 text-left font-normal max-md:p-0',
  cell: 'py-1.5 pr-3 max-md:p-0',
  /** A cell that stands below name and type. */
  below: 'py-1.5 pr-3 max-md:col-span-2 max-md:p-0',
} as const

/** Deeper fields stand further to the right, up to a point. */
export function indent(depth: number): { paddingLeft: number } {
  return { paddingLeft: Math.min(Math.max(depth, 0), 8) * 16 }
}
