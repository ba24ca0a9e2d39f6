import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type JsonNode, parseJsonTree } from './json-tree.ts'

/** The value that JSON.parse would give for the same text. */
function toValue(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object': {
      const value = Object.create(null) as Record<string, unknown>
      for (const { name, node: child } of node.members) value[name] = toValue(child)
      return value
    }
    case 'array':
      return node.items.map(toValue)
    case 'number':
      return Number(node.text)
    case 'string':
    case 'boolean':
      return node.value
    case 'null':
      return null
  }
}

describe('a JSON document as a tree', () => {
  test('keeps numbers as they are written', () => {
    const text = '[9007199254740993, 0.1000, 12345678901234567890.123456789, -0, 1E+400]'
    const tree = parseJsonTree(text)
    expect(
      tree.kind === 'array' && tree.items.map((item) => item.kind === 'number' && item.text),
    ).toEqual(['9007199254740993', '0.1000', '12345678901234567890.123456789', '-0', '1E+400'])
  })

  test('keeps the order of members, duplicates, and names that mean something to JavaScript', () => {
    const tree = parseJsonTree('{"10":1,"2":2,"a":3,"a":4,"__proto__":{"x":1}}')
    expect(tree.kind === 'object' && tree.members.map((member) => member.name)).toEqual([
      '10',
      '2',
      'a',
      'a',
      '__proto__',
    ])
  })

  test('means the same as JSON.parse, for any document and any spacing', () => {
    const withoutProto = (text: string) => !text.includes('__proto__')
    fc.assert(
      fc.property(
        fc.json().filter(withoutProto),
        fc.constantFrom(0, 1, '\t', ' \n'),
        (text, space) => {
          const spaced = JSON.stringify(JSON.parse(text), null, space)
          expect(JSON.stringify(toValue(parseJsonTree(spaced)))).toBe(
            JSON.stringify(JSON.parse(text)),
          )
        },
      ),
    )
  })

  test('refuses exactly what JSON.parse refuses', () => {
    const alphabet = '{}[]":,0123456789.eE+-tfn \\u"ralse'
    const anyText = fc
      .array(fc.integer({ min: 0, max: alphabet.length - 1 }), { maxLength: 12 })
      .map((at) => at.map((index) => alphabet[index]).join(''))
    fc.assert(
      fc.property(fc.oneof(anyText, fc.json(), fc.string()), (text) => {
        expect(succeeds(() => parseJsonTree(text))).toBe(succeeds(() => JSON.parse(text)))
      }),
      { numRuns: 2000 },
    )
  })

  test('says where it stopped', () => {
    expect(() => parseJsonTree('{"a": x}')).toThrow('Unexpected character at position 6')
    expect(() => parseJsonTree('{"broken": ')).toThrow('The text ends too early')
    expect(() => parseJsonTree('"\\')).toThrow('The text ends too early')
  })

  test('refuses a document that is nested too deep instead of running out of stack', () => {
    expect(() => parseJsonTree('['.repeat(100_000))).toThrow('Nested deeper than 500 levels')
  })

  test('reads a string of a million letters', () => {
    const text = JSON.stringify('a"\\é'.repeat(250_000))
    const tree = parseJsonTree(text)
    expect(tree.kind === 'string' && tree.value.length).toBe(1_000_000)
  })
})

function succeeds(run: () => unknown): boolean {
  try {
    run()
    return true
  } catch {
    return false
  }
}
