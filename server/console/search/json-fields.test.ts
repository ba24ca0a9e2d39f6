import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Shape } from '../../../lib/query/script/needs.ts'
import { fieldsOfJson, wantedOf } from './json-fields.ts'

const shapeOf = (fields: object): Shape =>
  new Map(
    Object.entries(fields).map(([name, inner]): [string, Shape] => [
      name,
      inner === true ? 'whole' : shapeOf(inner as object),
    ]),
  )
const fieldsOf = (document: string, fields: object) => {
  const wanted = wantedOf(shapeOf(fields))
  return wanted === null ? undefined : fieldsOfJson(document, wanted)
}

/** The slow, obvious way. */
function expected(document: string, fields: object): unknown {
  const pick = (data: unknown, wanted: object | true): unknown => {
    if (wanted === true || typeof data !== 'object' || data === null || Array.isArray(data)) {
      return data
    }
    return Object.fromEntries(
      Object.entries(wanted)
        .filter(([name]) => Object.hasOwn(data, name))
        .map(([name, inner]) => [name, pick((data as Record<string, unknown>)[name], inner)]),
    )
  }
  // Numbers as JSON has them: no infinity, and one zero.
  return JSON.parse(JSON.stringify(pick(JSON.parse(document), fields)))
}

const names = fc.constantFrom('a', 'b', 'cc', 'a.b', 'é', 'a"', '\\', '')
const { value: data } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false, 0, -0, 1.5, -7, 1e21, 2 ** 53, 'a', 'é"\\\n', ''),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(names, tie('value'), { maxKeys: 4 }),
  ),
}))
const shape: fc.Arbitrary<object> = fc.dictionary(
  fc.constantFrom('a', 'b', 'cc', 'é'),
  fc.oneof(fc.constant(true), fc.constantFrom({}, { a: true }, { b: { a: true }, cc: true })),
  { maxKeys: 3 },
)

describe('fields cut out of JSON', () => {
  it('are those of the document, whatever it is', () => {
    fc.assert(
      fc.property(data, shape, fc.constantFrom(undefined, 1, '\t'), (document, fields, indent) => {
        const text = JSON.stringify(document, undefined, indent)
        const cut = fieldsOf(text, fields)
        if (cut !== undefined) expect(JSON.parse(cut)).toEqual(expected(text, fields))
        else expect(/^\{.*\\/s.test(text) || !text.startsWith('{')).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  it('are not there for what is no JSON, however it was broken', () => {
    fc.assert(
      fc.property(
        data,
        fc.nat(),
        fc.constantFrom('', ',', '"', '{', '}', '[', ']', ':', '0', '-', '.', 'e', '\n', '\\', 'x'),
        fc.nat({ max: 1 }),
        (document, where, piece, dropped) => {
          const text = JSON.stringify({ a: document, b: 1 })
          const place = where % text.length
          const broken = text.slice(0, place) + piece + text.slice(place + dropped)
          const cut = fieldsOf(broken, { a: true, b: true })
          let isJson = true
          try {
            JSON.parse(broken)
          } catch {
            isJson = false
          }
          if (!isJson) expect(cut).toBeUndefined()
          else if (cut !== undefined) {
            expect(JSON.parse(cut)).toEqual(expected(broken, { a: true, b: true }))
          }
        },
      ),
      { numRuns: 5_000 },
    )
  })

  it.each([
    ['{"a":1,"a":2}', { a: true }, '{"a":2}'],
    ['{"a":{"b":1},"a":{"c":2}}', { a: { b: true } }, '{"a":{}}'],
    ['{"a":12345678901234567890}', { a: true }, '{"a":12345678901234567000}'],
    ['{"a":1e999,"b":-0}', { a: true, b: true }, '{"a":null,"b":0}'],
    ['{"a":1.50}', { a: true }, '{"a":1.50}'],
    ['{"a":[1,{"b":2}]}', { a: { b: true } }, '{"a":[1,{"b":2}]}'],
    [' {"b":"\\u0061"}\n', { b: true }, '{"b":"\\u0061"}'],
    ['{"\\u0061":1}', { a: true }, undefined],
    ['[1]', { a: true }, undefined],
    ['{"a":01}', { a: true }, undefined],
    ['{"a":1}x', { a: true }, undefined],
    ['{"a":1,}', { a: true }, undefined],
    ['{}', { a: true }, '{}'],
  ])('%s: %j are %s', (document, fields, cut) => {
    expect(fieldsOf(document, fields)).toBe(cut)
  })
})
