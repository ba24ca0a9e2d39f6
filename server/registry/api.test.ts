// What the API answers beyond registering and deleting: contexts by path, aliases, metadata and
// rules, formats, settings, imports, and each of the numbers of what is refused.

import { describe, expect, it } from 'vitest'
import { memoryRegistry as registry } from './memory-registry.ts'
import { readRecord } from './records.ts'
import { replay } from './state.ts'

const field = (name: string, type: unknown = 'int') => ({ name, type })
const avro = (...fields: unknown[]) => ({
  schema: JSON.stringify({ type: 'record', name: 'R', fields }),
})
const x = avro(field('x'))
const wider = avro(field('x'), { ...field('y'), default: 0 })
const refusal = (status: number, code: number) => ({ status, body: { error_code: code } })

describe('contexts', () => {
  it('are reached by a path in front as well as by the name of the subject', async () => {
    const { ask } = registry()
    await ask('POST', '/contexts/.c/subjects/a/versions', x)
    await ask('POST', '/contexts/d/subjects/a/versions', wider)
    expect((await ask('GET', '/subjects')).body).toEqual([':.c:a', ':.d:a'])
    expect((await ask('GET', '/contexts/.c/subjects')).body).toEqual([':.c:a'])
    expect((await ask('GET', '/contexts/:.d:/subjects/a/versions/1')).body).toMatchObject({
      subject: ':.d:a',
      schema: wider.schema,
    })
    expect((await ask('GET', '/contexts/.c/schemas/ids/1')).body.schema).toBe(x.schema)
    expect((await ask('GET', '/contexts/.c/schemas')).body).toHaveLength(1)
    await ask('PUT', '/contexts/.c/config', { compatibility: 'FULL' })
    expect((await ask('GET', '/config/:.c:')).body).toEqual({ compatibilityLevel: 'FULL' })
    expect((await ask('GET', '/contexts/.c/config')).body).toEqual({ compatibilityLevel: 'FULL' })
    expect((await ask('GET', '/config/:.c:a?defaultToGlobal=true')).body).toEqual({
      compatibilityLevel: 'FULL',
    })
    expect((await ask('GET', '/config')).body).toEqual({ compatibilityLevel: 'BACKWARD' })
    await ask('PUT', '/contexts/.c/mode', { mode: 'READONLY' })
    expect(await ask('POST', '/contexts/.c/subjects/a/versions', wider)).toMatchObject(
      refusal(422, 42205),
    )
    const checked = await ask('POST', '/contexts/.d/compatibility/subjects/a/versions/latest', x)
    expect(checked.body).toEqual({ is_compatible: true })
    expect(await ask('GET', '/contexts/a:b/subjects')).toMatchObject({ status: 400 })
  })

  it('are listed by prefix and page, and deleted when they are empty', async () => {
    const { ask, log } = registry()
    for (const context of ['.a', '.b', '.bc']) {
      await ask('POST', `/contexts/${context}/subjects/s/versions`, x)
    }
    expect((await ask('GET', '/contexts')).body).toEqual(['.', '.a', '.b', '.bc'])
    expect((await ask('GET', '/contexts?contextPrefix=.b')).body).toEqual(['.b', '.bc'])
    expect((await ask('GET', '/contexts?offset=1&limit=2')).body).toEqual(['.a', '.b'])
    expect(await ask('DELETE', '/contexts/.b')).toMatchObject(refusal(422, 42211))
    await ask('DELETE', '/subjects/:.b:s')
    expect(await ask('DELETE', '/contexts/.b')).toMatchObject(refusal(422, 42211))
    await ask('DELETE', '/subjects/:.b:s?permanent=true')
    expect((await ask('DELETE', '/contexts/.b')).status).toBe(204)
    expect((await ask('GET', '/contexts')).body).toEqual(['.', '.a', '.bc'])
    expect(log.written.filter(({ key }) => key.includes('CONTEXT'))).toHaveLength(4)
    expect([...log.compacted().contexts.keys()].sort()).toEqual(['.a', '.bc'])
  })

  it('are searched for a subject that does not name one', async () => {
    const { ask } = registry()
    await ask('POST', '/subjects/:.c:a/versions', x)
    expect((await ask('GET', '/subjects/a/versions/latest')).body.subject).toBe(':.c:a')
    expect((await ask('POST', '/subjects/a', x)).body.subject).toBe(':.c:a')
    expect((await ask('GET', '/schemas/ids/1?subject=a')).body.schema).toBe(x.schema)
    expect(await ask('GET', '/schemas/ids/1?subject=b')).toMatchObject(refusal(404, 40403))
    expect(await ask('GET', '/subjects/a/versions')).toMatchObject(refusal(404, 40401))
  })
})

describe('aliases', () => {
  it('stand for a subject, in its own context', async () => {
    const { ask } = registry()
    await ask('POST', '/subjects/a/versions', x)
    expect((await ask('PUT', '/config/other', { alias: 'a' })).body).toEqual({ alias: 'a' })
    expect((await ask('GET', '/subjects/other/versions/1')).body.subject).toBe('a')
    expect((await ask('POST', '/subjects/other/versions', wider)).body.version).toBe(2)
    expect((await ask('GET', '/subjects')).body).toEqual(['a'])
    expect((await ask('GET', '/schemas?aliases=true&latestOnly=true')).body).toMatchObject([
      { subject: 'a', version: 2, aliases: ['other'] },
    ])
    await ask('POST', '/subjects/:.c:b/versions', x)
    await ask('PUT', '/config/:.c:z', { alias: 'b' })
    expect((await ask('GET', '/subjects/:.c:z/versions')).body).toEqual([1])
  })
})

describe('metadata and rules', () => {
  const owned = { properties: { owner: 'plant', application: 'one' } }
  const rule = { name: 'check', kind: 'CONDITION', mode: 'WRITE', type: 'CEL', expr: 'true' }

  it('make another schema, and stay when a request leaves them out', async () => {
    const { ask } = registry()
    await ask('POST', '/subjects/a/versions', x)
    const second = await ask('POST', '/subjects/a/versions', { ...x, metadata: owned })
    expect(second.body).toMatchObject({ id: 2, version: 2, metadata: owned })
    const third = { ...wider, ruleSet: { domainRules: [rule] } }
    expect((await ask('POST', '/subjects/a/versions', third)).body).toMatchObject({
      version: 3,
      metadata: owned,
      ruleSet: { domainRules: [{ ...rule, disabled: false }] },
    })
    expect((await ask('POST', '/subjects/a/versions', wider)).body.version).toBe(3)
    expect((await ask('POST', '/subjects/a', wider)).body.version).toBe(3)
    // Without a schema: the one before, with other metadata.
    const other = { metadata: { properties: { owner: 'shop' } } }
    expect((await ask('POST', '/subjects/a/versions', other)).body).toMatchObject({
      version: 4,
      schema: wider.schema,
      ...other,
    })
    expect(await ask('POST', '/subjects/none/versions', other)).toMatchObject(refusal(422, 42201))
    const latest = await ask('GET', '/subjects/a/metadata?key=owner&value=plant')
    expect(latest.body.version).toBe(3)
    expect(await ask('GET', '/subjects/a/metadata?key=owner&value=nobody')).toMatchObject(
      refusal(404, 40403),
    )
    expect(await ask('GET', '/subjects/none/metadata')).toMatchObject(refusal(404, 40401))
    expect((await ask('GET', '/schemas?ruleType=CEL')).body).toMatchObject([
      { version: 3 },
      { version: 4 },
    ])
  })

  it('are completed by the settings of the subject', async () => {
    const { ask } = registry()
    await ask('PUT', '/config/a', {
      defaultMetadata: { properties: { owner: 'nobody', level: '1' } },
      overrideMetadata: { properties: { level: '2' } },
      defaultRuleSet: { domainRules: [rule] },
    })
    const { body } = await ask('POST', '/subjects/a/versions', { ...x, metadata: owned })
    expect(body).toMatchObject({
      metadata: { properties: { application: 'one', level: '2', owner: 'plant' } },
      ruleSet: { domainRules: [{ name: 'check' }] },
    })
  })

  it('tell the version where they are asked to', async () => {
    const { ask } = registry()
    await ask('POST', '/subjects/a/versions', x)
    const told = await ask('POST', '/subjects/a/versions', { ...wider, version: 2 })
    expect(told.body.metadata).toEqual({ properties: { 'confluent:version': '2' } })
    expect((await ask('POST', '/subjects/a', wider)).body.version).toBe(2)
    expect(await ask('POST', '/subjects/a/versions', { ...x, version: 7 })).toMatchObject(
      refusal(422, 42201),
    )
  })

  it.each([
    [{ domainRules: [{ ...rule, name: '9' }] }],
    [{ domainRules: [rule, rule] }],
    [{ domainRules: [{ ...rule, type: undefined }] }],
    [{ domainRules: [{ ...rule, mode: 'UPGRADE' }] }],
    [{ migrationRules: [rule] }],
    [{ domainRules: [{ ...rule, onFailure: 'DLQ,NONE' }] }],
  ])('refuse the rules %j', async (ruleSet) => {
    const { ask } = registry()
    const answer = await ask('POST', '/subjects/a/versions', { ...x, ruleSet })
    expect(answer).toMatchObject(refusal(422, 42210))
  })

  it('part the versions that are compared, by a property', async () => {
    const { ask } = registry()
    await ask('PUT', '/config/a', { compatibilityGroup: 'major' })
    const of = (major: string, schema: { schema: string }) =>
      ask('POST', '/subjects/a/versions', { ...schema, metadata: { properties: { major } } })
    await of('1', x)
    expect((await of('1', avro(field('x', 'string')))).status).toBe(409)
    expect((await of('2', avro(field('x', 'string')))).status).toBe(200)
    expect((await of('1', wider)).status).toBe(200)
  })
})

describe('GUIDs', () => {
  it('are those that Confluent gives to the same content', async () => {
    const { ask } = registry()
    // MD5 of '"string"', and of the same with a byte 1, 'a' and 'b'.
    const plain = await ask('POST', '/subjects/a/versions', { schema: '"string"' })
    expect(plain.body.guid).toBe('095d71cf-1255-6b9d-5e33-0ad575b3df5d')
    const metadata = { properties: { a: 'b' } }
    const more = await ask('POST', '/subjects/b/versions', { schema: '"string"', metadata })
    expect(more.body.guid).toBe('8e0562da-2332-4679-d6fe-700f88a350ad')
    const { body } = await ask('GET', `/schemas/guids/${String(plain.body.guid)}`)
    expect(body.schema).toBe('"string"')
    expect((await ask('GET', `/schemas/guids/${String(more.body.guid)}/ids`)).body).toEqual([
      { context: '.', id: 2 },
    ])
    expect(await ask('GET', '/schemas/guids/none')).toMatchObject(refusal(404, 40403))
  })
})

describe('one schema in other words', () => {
  it('is one when that is asked for, in whatever spelling', async () => {
    const { ask } = registry()
    const of = (schema: object) => ({ schemaType: 'JSON', schema: JSON.stringify(schema) })
    const path = '/subjects/a/versions?normalize=True'
    await ask('POST', path, of({ title: 'a', type: 'object' }))
    expect((await ask('POST', path, of({ type: 'object', title: 'a' }))).body.version).toBe(1)
    expect((await ask('POST', '/subjects/a', of({ type: 'object', title: 'a' }))).status).toBe(404)
    const found = await ask(
      'POST',
      '/subjects/a?normalize=TRUE',
      of({ type: 'object', title: 'a' }),
    )
    expect(found.body.version).toBe(1)
  })

  it('is one, whatever the order of the attributes of Avro', async () => {
    const { ask } = registry()
    await ask('POST', '/subjects/a/versions', {
      schema:
        '{"name":"a.R","doc":"d","fields":[{"type":{"type":"string"},"name":"x","doc":"e"}],"type":"record"}',
    })
    const again = {
      schema:
        '{"type":"record","name":"R","namespace":"a","doc":"d","fields":[{"name":"x","type":"string","doc":"e"}]}',
    }
    expect((await ask('POST', '/subjects/a/versions', again)).body.version).toBe(1)
    expect((await ask('GET', '/subjects/a/versions/1')).body.schema).toBe(again.schema)
    // What people are told is another schema.
    const told = { schema: again.schema.replace('"e"', '"f"') }
    expect((await ask('POST', '/subjects/a/versions', told)).body.version).toBe(2)
  })

  it('is one, also where another registry wrote it otherwise', async () => {
    const { ask, log } = registry()
    const schema = '{"fields":[],"name":"R","type":"record"}'
    const key = '{"keytype":"SCHEMA","subject":"a","version":1,"magic":1}'
    const value = JSON.stringify({ subject: 'a', version: 1, id: 3, schema, deleted: false })
    const record = readRecord(key, value)
    if (record === undefined) throw new Error('the record is one')
    replay(log.state, record)
    expect((await ask('POST', '/subjects/a/versions', { schema })).body).toMatchObject({
      id: 3,
      version: 1,
    })
    expect((await ask('POST', '/subjects/a', avro())).body.version).toBe(1)
  })

  it('is one, without comments, as .proto or compiled', async () => {
    const { ask } = registry()
    const schemaType = 'PROTOBUF'
    const first = {
      schemaType,
      schema:
        'syntax = "proto3"; package p; message M { int32 a = 1; /* of it */ N n = 2; message N {} }',
    }
    await ask('POST', '/subjects/a/versions', first)
    const compiled = (await ask('GET', '/subjects/a/versions/1?format=serialized')).body.schema
    const plain = {
      schemaType,
      schema:
        'syntax = "proto3";\npackage p;\n\nmessage M {\n  int32 a = 1;\n  .p.M.N n = 2;\n\n  message N {}\n}\n',
    }
    for (const schema of [compiled, plain.schema]) {
      const body = { schemaType, schema }
      expect((await ask('POST', '/subjects/a/versions', body)).body).toMatchObject({
        id: 1,
        version: 1,
        schema: first.schema,
      })
      expect((await ask('POST', '/subjects/a', body)).body.version).toBe(1)
    }
    const documented = { schemaType, schema: plain.schema.replace('int32', '/* new */ int32') }
    expect((await ask('POST', '/subjects/a/versions', documented)).body.version).toBe(2)
  })

  it('tells Avro with what it refers to', async () => {
    const { ask } = registry()
    await ask('POST', '/subjects/money/versions', {
      schema:
        '{"type":"record","name":"Money","namespace":"m","fields":[{"name":"units","type":"long"}]}',
    })
    const references = [{ name: 'm.Money', subject: 'money', version: 1 }]
    const schema =
      '{"type":"record","name":"Order","namespace":"o","fields":[{"name":"total","type":"m.Money"},{"name":"paid","type":["null","m.Money"]}]}'
    await ask('POST', '/subjects/order/versions', { schema, references })
    const resolved =
      '{"type":"record","name":"Order","namespace":"o","fields":[{"name":"total","type":{"type":"record","name":"Money","namespace":"m","fields":[{"name":"units","type":"long"}]}},{"name":"paid","type":["null","m.Money"]}]}'
    expect((await ask('GET', '/subjects/order/versions/1?format=resolved')).body).toMatchObject({
      schema: resolved,
      references,
    })
    expect((await ask('GET', '/schemas/ids/2?format=resolved')).body.schema).toBe(resolved)
    expect((await ask('GET', '/schemas/ids/2?format=unheard')).body.schema).toBe(schema)
  })
})

describe('settings', () => {
  it('are told whole after a change, and null takes one away', async () => {
    const { ask } = registry()
    await ask('PUT', '/config/a', { compatibility: 'FULL', normalize: true })
    expect((await ask('PUT', '/config/a', { compatibilityGroup: 'g' })).body).toEqual({
      compatibility: 'FULL',
      normalize: true,
      compatibilityGroup: 'g',
    })
    await ask('PUT', '/config/a', { normalize: null, unheard: 'of' })
    expect((await ask('GET', '/config/a')).body).toEqual({
      compatibilityLevel: 'FULL',
      compatibilityGroup: 'g',
    })
    await ask('PUT', '/config', { normalize: true })
    expect((await ask('GET', '/config/a?defaultToGlobal=true')).body).toMatchObject({
      compatibilityLevel: 'FULL',
      normalize: true,
    })
    expect(await ask('DELETE', '/config/b')).toMatchObject(refusal(404, 40401))
    expect((await ask('DELETE', '/config')).body).toMatchObject({ compatibilityLevel: 'BACKWARD' })
    expect(await ask('DELETE', '/mode/b')).toMatchObject(refusal(404, 40401))
    expect(await ask('PUT', '/config/a', { normalize: 'yes' })).toMatchObject({ status: 400 })
    expect(await ask('PUT', '/config/a')).toMatchObject(refusal(422, 422))
    expect(await ask('PUT', '/config/__GLOBAL', {})).toMatchObject(refusal(422, 42208))
  })

  it('outlive a soft deletion, and not one for good', async () => {
    const { ask } = registry()
    await ask('POST', '/subjects/a/versions', x)
    await ask('PUT', '/config/a', { compatibility: 'NONE' })
    await ask('PUT', '/mode/a', { mode: 'READWRITE' })
    await ask('DELETE', '/subjects/a')
    expect((await ask('GET', '/config/a')).body).toEqual({ compatibilityLevel: 'NONE' })
    await ask('DELETE', '/subjects/a?permanent=true')
    expect(await ask('GET', '/config/a')).toMatchObject(refusal(404, 40408))
    expect(await ask('GET', '/mode/a')).toMatchObject(refusal(404, 40409))
  })

  it('can let JSON Schema grow by what is not listed', async () => {
    const { ask } = registry()
    const of = (properties: object) => ({
      schemaType: 'JSON',
      schema: JSON.stringify({ type: 'object', properties }),
    })
    await ask('POST', '/subjects/a/versions', of({ a: { type: 'string' } }))
    const more = of({ a: { type: 'string' }, b: { type: 'string' } })
    expect((await ask('POST', '/subjects/a/versions', more)).status).toBe(409)
    await ask('PUT', '/config/a', { compatibilityPolicy: 'lenient' })
    expect((await ask('POST', '/subjects/a/versions', more)).status).toBe(200)
    const other = of({ a: { type: 'integer' } })
    expect((await ask('POST', '/subjects/a/versions', other)).status).toBe(409)
  })
})

describe('an import', () => {
  it('clears what is deleted, and wants nothing else to be there', async () => {
    const { ask, log } = registry()
    await ask('POST', '/subjects/a/versions', x)
    expect(await ask('PUT', '/mode/a', { mode: 'IMPORT' })).toMatchObject(refusal(422, 42205))
    expect(await ask('PUT', '/mode', { mode: 'IMPORT' })).toMatchObject(refusal(422, 42205))
    expect((await ask('PUT', '/mode/a?force=true', { mode: 'IMPORT' })).status).toBe(200)
    await ask('PUT', '/mode/a', { mode: 'READWRITE' })
    await ask('DELETE', '/subjects/a')
    await ask('PUT', '/mode/a', { mode: 'IMPORT' })
    expect((await ask('GET', '/subjects?deleted=true')).body).toEqual([])
    expect(log.compacted().subjects.size).toBe(0)
    const given = { ...x, id: 40, version: 3 }
    expect((await ask('POST', '/subjects/a/versions', given)).body).toMatchObject({
      id: 40,
      version: 3,
    })
    expect(await ask('POST', '/subjects/a/versions', { ...wider, id: 40 })).toMatchObject(
      refusal(422, 42205),
    )
    expect(await ask('PUT', '/mode/a', { mode: 'FORWARD' })).toMatchObject(refusal(422, 42204))
    await ask('PUT', '/mode', { mode: 'READONLY' })
    expect((await ask('DELETE', '/mode?recursive=true')).body).toEqual({ mode: 'READONLY' })
    expect(await ask('GET', '/mode/a')).toMatchObject(refusal(404, 40409))
  })
})

describe('deletion', () => {
  it('keeps what is referred to, also by what is deleted softly', async () => {
    const { ask } = registry()
    await ask('POST', '/subjects/s/versions', {
      schema: '{"type":"enum","name":"E","symbols":["A"]}',
    })
    const references = [{ name: 'E', subject: 's', version: 1 }]
    await ask('POST', '/subjects/u/versions', { ...avro(field('e', 'E')), references })
    expect(await ask('DELETE', '/subjects/s')).toMatchObject(refusal(422, 42206))
    await ask('DELETE', '/subjects/u')
    expect((await ask('GET', '/subjects/s/versions/1/referencedby')).body).toEqual([])
    expect((await ask('GET', '/subjects/s/versions/1/referencedby?deleted=true')).body).toEqual([2])
    expect((await ask('DELETE', '/subjects/s')).status).toBe(200)
    expect(await ask('DELETE', '/subjects/s?permanent=true')).toMatchObject(refusal(422, 42206))
    expect(await ask('DELETE', '/subjects/s/versions/1?permanent=true')).toMatchObject(
      refusal(422, 42206),
    )
    await ask('DELETE', '/subjects/u?permanent=true')
    expect((await ask('DELETE', '/subjects/s?permanent=true')).body).toEqual([1])
  })

  it('of a schema that comes back leaves the newer version alone', async () => {
    const { ask } = registry()
    await ask('POST', '/subjects/a/versions', x)
    await ask('DELETE', '/subjects/a')
    expect((await ask('POST', '/subjects/a/versions', x)).body).toMatchObject({ id: 1, version: 2 })
    expect((await ask('GET', '/subjects/a/versions?deleted=true')).body).toEqual([2])
    await ask('POST', '/subjects/a/versions', wider)
    await ask('DELETE', '/subjects/a/versions/latest')
    expect((await ask('GET', '/subjects/a/versions?deletedAsNegative=true')).body).toEqual([2, -3])
    expect((await ask('GET', '/subjects/a/versions?deletedOnly=true')).body).toEqual([3])
  })
})

describe('compatibility checks', () => {
  it('of a subject that is not there pass, but for a version by number', async () => {
    const { ask } = registry()
    const path = '/compatibility/subjects/a/versions'
    expect((await ask('POST', path, x)).body).toEqual({ is_compatible: true })
    expect((await ask('POST', `${path}/latest`, x)).body).toEqual({ is_compatible: true })
    expect(await ask('POST', `${path}/1`, x)).toMatchObject(refusal(404, 40402))
    expect(await ask('POST', `${path}/0`, x)).toMatchObject(refusal(422, 42202))
    expect(await ask('POST', path, { schema: '{' })).toMatchObject(refusal(422, 42201))
    expect((await ask('POST', `${path}?verbose=true`, { schema: '{' })).body).toMatchObject({
      is_compatible: false,
    })
  })
})

describe('what is no JSON Schema', () => {
  it.each([
    { type: 'recor' },
    { type: ['string', 'text'] },
    { properties: [] },
    { properties: { a: { type: 5 } } },
    { items: [{ type: 'string' }, 'x'] },
    { allOf: [] },
    { oneOf: {} },
    { required: 'a' },
    { required: [1] },
    { enum: 'a' },
    { minLength: -1 },
    { maximum: '5' },
    { dependencies: { a: [1] } },
    { properties: { a: { $ref: '#/definitions/gone' } } },
  ])('%j', async (schema) => {
    const { ask } = registry()
    const body = { schemaType: 'JSON', schema: JSON.stringify(schema) }
    expect(await ask('POST', '/subjects/a/versions', body)).toMatchObject(refusal(422, 42201))
  })

  it.each([
    true,
    {},
    { unheard: { of: 1 } },
    { $ref: '#/definitions/A', definitions: { A: { type: 'string' } } },
    { properties: { 'a/b~c': {}, x: { $ref: '#/properties/a~1b~0c' } } },
    { items: [{ type: 'string' }], additionalItems: { $ref: '#/items/0' } },
    { properties: { type: { type: 'string' }, required: { type: 'boolean' } } },
    { properties: { a: { required: true } } },
    { $ref: 'elsewhere.json#/definitions/A' },
  ])('is not %j', async (schema) => {
    const { ask } = registry()
    const body = { schemaType: 'JSON', schema: JSON.stringify(schema) }
    expect((await ask('POST', '/subjects/a/versions', body)).status).toBe(200)
  })
})

describe('bad requests', () => {
  it('with a type of Avro that lacks what makes it one', async () => {
    const { ask } = registry()
    for (const schema of [
      { type: 'record', fields: [] },
      { type: 'record', name: 'R' },
      { type: 'enum', symbols: ['A'] },
      { type: 'fixed', name: 'F' },
      { type: 'map' },
    ]) {
      const body = { schema: JSON.stringify(schema) }
      expect(await ask('POST', '/subjects/a/versions', body)).toMatchObject(refusal(422, 42201))
    }
  })

  it('with too large a schema', async () => {
    const { ask } = registry()
    const schema = JSON.stringify({ type: 'string', doc: 'x'.repeat(5_000_000) })
    expect(await ask('POST', '/subjects/a/versions', { schema })).toMatchObject(refusal(422, 42209))
  })

  it.each([
    ['POST', '/subjects/a/versions', undefined, 422, 422],
    ['POST', '/subjects/a/versions', { schema: {} }, 400, 400],
    ['POST', '/subjects/a/versions', { ...x, references: 'none' }, 400, 400],
    ['POST', '/subjects/a/versions', { ...x, metadata: 5 }, 400, 400],
    ['POST', '/subjects/a/versions', { ...x, schemaType: 'XML' }, 422, 42201],
    ['POST', '/subjects/a/versions', { schema: ' ' }, 422, 42201],
    ['POST', '/subjects/a/versions', { ...x, id: 5 }, 422, 42205],
    ['POST', '/subjects/__GLOBAL/versions', x, 422, 42208],
    ['GET', '/schemas/ids/one', undefined, 404, 404],
    ['GET', '/schemas/ids/-1', undefined, 404, 40403],
    ['GET', '/subjects/a/versions/-2', undefined, 422, 42202],
    ['GET', '/subjects/a/versions/2147483648', undefined, 422, 42202],
    ['PUT', '/mode', {}, 422, 42204],
    ['PATCH', '/subjects', undefined, 405, 405],
  ])('%s %s %j: %i, %i', async (method, path, body, status, code) => {
    const { ask } = registry()
    expect(await ask(method, path, body)).toMatchObject(refusal(status, code))
  })
})
