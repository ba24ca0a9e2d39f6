// Which parts of a record a script looks at that only the sandbox understands.
//
// Conservative: whatever is not plainly `value.name` somewhere hands over the whole value. A
// slash could begin a comment or a regular expression, in which quotes mean nothing, and a
// template may hold code; such scripts get everything.

import type { ScriptNeeds, Shape } from '../../../lib/query/script/needs.ts'

const EVERYTHING: ScriptNeeds = { key: true, headers: true, place: true, value: 'whole' }
const UNCLEAR = /[`/]|\b(?:eval|Function|arguments|this|globalThis|with|constructor|__proto__)\b/
const TEXT = /"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'/g

export function needsOfText(source: string): ScriptNeeds {
  if (UNCLEAR.test(source)) return EVERYTHING
  const code = source.replaceAll(TEXT, ' "" ')
  // An escape outside of text, or a quote that is left over.
  if (/\\/.test(code) || /["']/.test(code.replaceAll('""', ''))) return EVERYTHING
  return {
    key: /\bkey\b/.test(code),
    headers: /\bheaders\b/.test(code),
    place: /\b(?:offset|partition|timestamp)\b/.test(code),
    value: fieldsOf(code),
  }
}

/** A name after a dot belongs to something else, except after the three dots of a spread. */
function fieldsOf(code: string): Shape | undefined {
  const fields = new Map<string, Shape>()
  let isNamed = false
  for (const found of code.matchAll(/(?<![\w$\u0080-\uffff])value(?![\w$\u0080-\uffff])/g)) {
    const before = code.slice(0, found.index).trimEnd()
    if (before.endsWith('.') && !before.endsWith('...')) continue
    isNamed = true
    const after = code.slice(found.index + 'value'.length)
    const field = /^\s*(?:\?\.|\.)\s*([A-Za-z_$][\w$]*)\s*(?![\w$\u0080-\uffff])(.?.?)/.exec(after)
    if (field === null || before.endsWith('...')) return 'whole'
    const [, name = '', next = ''] = field
    // A call, or an assignment to a field, has the value itself to do with it.
    if (next.startsWith('(') || next === '?.' || /^(=[^=]|\+\+|--)/.test(next)) return 'whole'
    fields.set(name, 'whole')
  }
  return isNamed ? fields : undefined
}
