import { describe, expect, it } from 'vitest'
import { nodesAt, nodeText } from './json-path.ts'
import { parseJsonTree } from './json-tree.ts'

const at = (text: string, ...steps: (string | number | null)[]) =>
  nodesAt(
    parseJsonTree(text),
    steps.map((step) =>
      typeof step === 'string' ? { kind: 'name', name: step } : { kind: 'index', index: step },
    ),
  ).map((node) => nodeText(node, 100))

describe('a path into a JSON tree', () => {
  it('finds the number as it was written', () => {
    expect(at('{"a":{"b":9007199254740993.10}}', 'a', 'b')).toEqual(['9007199254740993.10'])
  })
  it('finds every element of a list when it names none', () => {
    expect(at('{"a":[{"b":1},{"b":"two"},{}]}', 'a', null, 'b')).toEqual(['1', 'two'])
    expect(at('[[1],[2,3]]', 1, 1)).toEqual(['3'])
  })
  it('finds nothing where the way ends', () => {
    expect(at('{"a":1}', 'a', 'b')).toEqual([])
    expect(at('{"a":{}}', '__proto__', 'x')).toEqual([])
  })
  it('takes the last of two members with one name', () => {
    expect(at('{"a":1,"a":2}', 'a')).toEqual(['2'])
  })
  it('cuts what is long', () => {
    const long = nodeText(parseJsonTree(JSON.stringify(Array.from({ length: 9999 }, () => 7))), 50)
    expect(long.length).toBeLessThan(120)
    expect(long.endsWith(',…]')).toBe(true)
  })
})
