// Fields that were seen in a sample of records, as the Schema tab tells them.

import type { FieldList } from '../../lib/contracts/search.ts'

export type SeenField = FieldList['fields'][number]
export type PayloadPart = 'key' | 'value'

/** Whether a path is of the key, or of the value, as a whole or inside it. */
export function isBelow(path: string, part: PayloadPart): boolean {
  return path.startsWith(part) && /^($|[.[])/.test(path.slice(part.length))
}

/** Never 0 % for what was seen, nor 100 % for what was not in all of them. */
export function shareText(share: number): string {
  if (share >= 1) return '100 %'
  return `${Math.min(99, Math.max(1, Math.round(share * 100)))} %`
}
