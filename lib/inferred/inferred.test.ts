import { describe, expect, it } from 'vitest'
import { parseJsonTree } from '../format/json-tree.ts'
import { Budget } from './distinct.ts'
import { formatOfText } from './formats.ts'
import { Inference } from './infer.ts'

function infer(...texts: string[]) {
  const inference = new Inference()
  for (const text of texts) inference.add(parseJsonTree(text))
  return inference
}
const fieldsOf = (...texts: string[]) => {
  const fields = infer(...texts).fields('value')
  return (path: string) => {
    const found = fields.find((field) => field.path === path)
    if (found === undefined)
      throw new Error(`no ${path} in ${fields.map((one) => one.path).join(' ')}`)
    return found
  }
}
const json = (data: unknown) => JSON.stringify(data)

describe('the schema of data without one', () => {
  it('tells types, and what is null or missing, of the places where a field could be', () => {
    const field = fieldsOf('{"a":1,"b":null}', '{"a":"x"}', '{"items":[{"n":1},{}]}', 'null')
    expect(field('value').types).toEqual([
      { type: 'object', count: 3 },
      { type: 'null', count: 1 },
    ])
    expect(field('value.a')).toMatchObject({
      places: 3,
      present: 2,
      types: [
        { type: 'integer', count: 1 },
        { type: 'text', count: 1 },
      ],
    })
    expect(field('value.b')).toMatchObject({ present: 1, types: [{ type: 'null', count: 1 }] })
    expect(field('value.items')).toMatchObject({ elements: { min: 2, max: 2 }, depth: 1 })
    expect(field('value.items[]')).toMatchObject({ name: '[]', present: 2 })
    expect(field('value.items[].n')).toMatchObject({ places: 2, present: 1, depth: 3 })
  })

  it('compares numbers exactly, whatever their size', () => {
    const field = fieldsOf(
      '{"n":9223372036854775807}',
      '{"n":9223372036854775806}',
      '{"n":-0.1}',
      '{"n":-0.10000000000000000001}',
    )
    expect(field('value.n')).toMatchObject({
      numbers: { min: '-0.10000000000000000001', max: '9223372036854775807' },
      types: [
        { type: 'integer', count: 2 },
        { type: 'number', count: 2 },
      ],
      distinct: { count: 4, more: false },
    })
  })

  it('counts distinct values exactly up to a bound, and says when there are more', () => {
    const texts = Array.from({ length: 1500 }, (_, n) => json({ id: n, kind: `k${n % 3}` }))
    const field = fieldsOf(...texts)
    expect(field('value.id')).toMatchObject({ distinct: { count: 1000, more: true }, top: [] })
    expect(field('value.kind')).toMatchObject({
      distinct: { count: 3, more: false },
      top: [
        { value: 'k0', count: 500 },
        { value: 'k1', count: 500 },
        { value: 'k2', count: 500 },
      ],
    })
  })

  it('keeps texts apart from numbers that look alike, and nothing from blanks', () => {
    const mixed = fieldsOf('["1",1,"1",1,"",""]')('value[]')
    expect(mixed.distinct).toEqual({ count: 3, more: false })
    expect(mixed.top.map(({ value }) => value).sort()).toEqual(['""', '"1"', '1'])
    expect(mixed.empty).toBe(2)
    expect(fieldsOf('[" a","a"]')('value[]').examples).toEqual(['" a"', 'a'])
  })

  it('counts characters as people do', () => {
    expect(fieldsOf('["a","😀😀"]')('value[]').characters).toEqual({ min: 1, max: 2 })
  })

  it('recognises dates and times, and orders them as moments', () => {
    const field = fieldsOf(
      '{"at":"2024-01-01T12:00:00+02:00","ms":1700000000000,"createdAt":1700000000}',
      '{"at":"2024-01-01T11:00:00.000000001Z","ms":1700000000001,"createdAt":1700000001}',
      '{"at":"2024-01-01T11:00:00Z","ms":1600000000000,"createdAt":1700000002}',
    )
    expect(field('value.at')).toMatchObject({
      format: { name: 'date-time', count: 3 },
      times: { min: '2024-01-01T12:00:00+02:00', max: '2024-01-01T11:00:00.000000001Z' },
    })
    expect(field('value.ms')).toMatchObject({
      format: { name: 'epoch-milliseconds' },
      times: { min: '2020-09-13T12:26:40.000Z', max: '2023-11-14T22:13:20.001Z' },
    })
    expect(field('value.createdAt').format).toEqual({ name: 'epoch-seconds', count: 3 })
  })

  it('folds an object whose names are data into one', () => {
    const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
    const byId = Array.from({ length: 30 }, (_, n) =>
      json({ prices: { [uuid(n)]: { amount: n }, [uuid(n + 1)]: { amount: -n, note: 'x' } } }),
    )
    const field = fieldsOf(...byId)
    expect(field('value.prices').names).toMatchObject({ count: 31, more: false })
    expect(field('value.prices.*')).toMatchObject({ name: '*', present: 60, places: 60 })
    expect(field('value.prices.*.amount')).toMatchObject({
      present: 60,
      places: 60,
      numbers: { min: '-29', max: '29' },
    })
    expect(field('value.prices.*.note')).toMatchObject({ present: 30, places: 60 })
  })

  it('does not take a wide record, or one of many kinds of events, for a map', () => {
    const wide = json(Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`c${n}`, n])))
    expect(fieldsOf(wide, wide)('value').names).toBeNull()
    const kinds = Array.from({ length: 40 }, (_, n) => json({ [`f${n}`]: n % 2 ? n : 'text' }))
    expect(fieldsOf(...kinds)('value').names).toBeNull()
  })

  it('takes names for names, whatever they try to be', () => {
    const hostile = '{"__proto__":{"polluted":1},"constructor":2,"a.b":3,"toString":null,"<b>":4}'
    const field = fieldsOf(hostile, hostile)
    expect(field('value.__proto__.polluted').present).toBe(2)
    expect(field('value.constructor').present).toBe(2)
    expect(field('value["a.b"]').name).toBe('a.b')
    expect(field('value["<b>"]').present).toBe(2)
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  it('counts a name that stands twice in one object once, by its last value', () => {
    expect(fieldsOf('{"a":1,"a":"x"}')('value.a')).toMatchObject({
      present: 1,
      types: [{ type: 'text', count: 1 }],
    })
  })

  it('stays small for records with ten thousand names each, and for deep and long data', () => {
    const inference = new Inference()
    for (let n = 0; n < 20; n++) {
      const members = Array.from({ length: 10_000 }, (_, at) => `"${n}-${at}":{"x":{"y":${at}}}`)
      inference.add(parseJsonTree(`{${members.join(',')}}`))
    }
    const fields = inference.fields('value')
    expect(fields.map(({ path }) => path)).toEqual(['value', 'value.*', 'value.*.x', 'value.*.x.y'])
    expect(fields[1]?.present).toBe(200_000)
    expect(fields[0]?.names).toMatchObject({ count: 1000, more: true })

    const deep = infer(`${'['.repeat(400)}${']'.repeat(400)}`)
    expect(deep.fields('value').length).toBeLessThan(20)
    const long = infer(json(Array.from({ length: 5000 }, (_, n) => n)))
    expect(long.skipped).toBe(4000)
    expect(long.fields('value')[1]?.present).toBe(1000)
  })

  it('tells how many values have no place any more', () => {
    const names = Array.from({ length: 19 }, (_, at) => `n${String.fromCharCode(97 + at)}`)
    const nest = (depth: number): unknown =>
      depth === 0 ? 1 : Object.fromEntries(names.map((name) => [name, nest(depth - 1)]))
    const inference = infer(json(nest(3)))
    expect(inference.untold).toBeGreaterThan(0)
    expect(inference.fields('value')).toHaveLength(4_000)
  })

  it('keeps no more values than its budget, and says so', () => {
    const inference = new Inference(new Budget(1000, 50))
    for (let n = 0; n < 200; n++) inference.add(parseJsonTree(json({ a: 'x'.repeat(n), b: n })))
    const kept = inference.fields('value').map(({ distinct }) => distinct)
    expect(kept.some((one) => one?.more === true)).toBe(true)
    expect(kept.reduce((sum, one) => sum + (one?.count ?? 0), 0)).toBeLessThanOrEqual(50)
  })

  it('takes single values as they are', () => {
    const inference = new Inference()
    inference.addScalar('number', '-9223372036854775808')
    inference.addScalar('text', '')
    inference.addScalar('bytes', '00ff')
    expect(inference.fields('key')).toMatchObject([
      {
        path: 'key',
        name: '',
        empty: 1,
        types: [
          { type: 'integer', count: 1 },
          { type: 'text', count: 1 },
          { type: 'bytes', count: 1 },
        ],
      },
    ])
    expect(new Inference().fields('key')).toEqual([])
  })

  it('cuts long names and values, never in the middle of a character', () => {
    const fields = infer(json({ ['😀'.repeat(600)]: '😀'.repeat(600) })).fields('value')
    expect(fields[1]?.name).toMatch(/^(😀)+…$/u)
    expect(fields[1]?.examples[0]).toMatch(/^(😀)+…$/u)
  })
})

describe('formats of texts', () => {
  it.each([
    ['2024-02-29', 'date'],
    ['2024-02-30', undefined],
    ['2024-02-29T24:30:00Z', undefined],
    ['2024-02-29 10:30', 'date-time'],
    ['2024-02-29T10:30:00.123456789+0530', 'date-time'],
    ['23:59:59.5', 'time'],
    ['24:00', undefined],
    ['6f9619ff-8b86-d011-b42d-00c04fc964ff', 'uuid'],
    ['someone@example.org', 'email'],
    ['@example.org', undefined],
    ['a@b', undefined],
    ['https://example.org/a?b=c', 'uri'],
    ['urn:isbn:0451450523', 'uri'],
    ['http://a b', undefined],
    ['10.0.0.255', 'ipv4'],
    ['10.0.0.256', undefined],
    ['::1', 'ipv6'],
    ['2001:db8::8a2e:370:7334', 'ipv6'],
    ['::ffff:10.0.0.1', 'ipv6'],
    ['1:2:3:4:5:6:7:8:9', undefined],
    ['1::2::3', undefined],
    ['-12.50', 'number'],
    ['007', undefined],
    ['plain', undefined],
    ['', undefined],
    ['a'.repeat(3000), undefined],
  ])('of %.40s is %s', (text, name) => {
    expect(formatOfText(text)?.name).toBe(name)
  })
})
