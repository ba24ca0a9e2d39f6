import { describe, expect, it } from 'vitest'
import { memoryRegistry as registry } from './memory-registry.ts'

const avro = (...fields: unknown[]) => ({
  schema: JSON.stringify({ type: 'record', name: 'R', fields }),
})
const x = { name: 'x', type: 'int' }
const y = { name: 'y', type: 'int' }
const withDefault = { ...y, default: 0 }
const refusal = (status: number, code: number) => ({ status, body: { error_code: code } })

describe('a registry', () => {
  it('registers a schema once, whatever its white space', async () => {
    const { ask, log } = registry()
    const first = await ask('POST', '/subjects/a/versions', avro(x))
    expect(first).toMatchObject({ status: 200, body: { id: 1, version: 1 } })
    const spaced = { schema: JSON.stringify(JSON.parse(avro(x).schema), null, 4) }
    expect(await ask('POST', '/subjects/a/versions', spaced)).toEqual(first)
    expect(log.written).toHaveLength(1)
    expect((await ask('POST', '/subjects/b/versions', avro(x))).body.id).toBe(1)
    expect((await ask('GET', '/schemas/ids/1/versions')).body).toEqual([
      { subject: 'a', version: 1 },
      { subject: 'b', version: 1 },
    ])
    expect((await ask('GET', '/schemas/ids/1/subjects')).body).toEqual(['a', 'b'])
  })

  it('keeps big numbers of a schema as they are', async () => {
    const { ask } = registry()
    const schema =
      '{"type":"record","name":"R","fields":[{"name":"x","type":"double","default":0.10000000000000000000001}]}'
    await ask('POST', '/subjects/a/versions', { schema })
    expect((await ask('GET', '/subjects/a/versions/1')).body.schema).toBe(schema)
  })

  it('looks schemas up', async () => {
    const { ask } = registry()
    await ask('POST', '/subjects/a/versions', avro(x))
    expect(await ask('POST', '/subjects/a', avro(x))).toMatchObject({
      status: 200,
      body: { subject: 'a', version: 1, id: 1 },
    })
    expect(await ask('POST', '/subjects/a', avro(y))).toMatchObject(refusal(404, 40403))
    expect(await ask('POST', '/subjects/none', avro(x))).toMatchObject(refusal(404, 40401))
    expect(await ask('GET', '/schemas/ids/9')).toMatchObject(refusal(404, 40403))
    expect(await ask('GET', '/schemas/ids/x')).toMatchObject(refusal(404, 404))
    expect((await ask('GET', '/schemas/ids/1/schema')).body).toEqual(JSON.parse(avro(x).schema))
    expect((await ask('GET', '/subjects/a/versions/latest')).body.version).toBe(1)
    expect(await ask('GET', '/subjects/a/versions/2')).toMatchObject(refusal(404, 40402))
    expect(await ask('GET', '/subjects/a/versions/0')).toMatchObject(refusal(422, 42202))
    expect(await ask('GET', '/subjects/a/versions/soon')).toMatchObject(refusal(422, 42202))
  })

  it.each([
    ['BACKWARD', [x], [x, withDefault], 200],
    ['BACKWARD', [x], [x, y], 409],
    ['BACKWARD', [x, y], [x], 200],
    ['FORWARD', [x], [x, y], 200],
    ['FORWARD', [x, y], [x], 409],
    ['FULL', [x], [x, withDefault], 200],
    ['FULL', [x], [x, y], 409],
    ['NONE', [x], [{ name: 'x', type: 'string' }], 200],
  ])('with %s lets %j become %j: %i', async (level, first, second, status) => {
    const { ask } = registry()
    expect((await ask('PUT', '/config/a', { compatibility: level })).body).toEqual({
      compatibility: level,
    })
    await ask('POST', '/subjects/a/versions', avro(...first))
    const checked = await ask(
      'POST',
      '/compatibility/subjects/a/versions?verbose=true',
      avro(...second),
    )
    expect(checked.body.is_compatible).toBe(status === 200)
    expect((checked.body.messages as string[]).length > 0).toBe(status !== 200)
    expect(await ask('POST', '/subjects/a/versions', avro(...second))).toMatchObject({ status })
  })

  it('checks against one version alone when it is asked so', async () => {
    const { ask } = registry()
    await ask('POST', '/subjects/a/versions', avro(x))
    await ask('POST', '/subjects/a/versions', avro(x, withDefault))
    const check = (version: string) =>
      ask('POST', `/compatibility/subjects/a/versions/${version}`, avro(x, y))
    expect((await check('latest')).body).toEqual({ is_compatible: true })
    expect((await check('1')).body).toEqual({ is_compatible: false })
    expect(await check('7')).toMatchObject(refusal(404, 40402))
  })

  it('refuses what is no schema', async () => {
    const { ask } = registry()
    for (const body of [
      { schema: '{"type":"recor"}' },
      { schema: '{' },
      { schema: '' },
      {},
      { schema: 'syntax = "proto3"; message M { Gone g = 1; }', schemaType: 'PROTOBUF' },
      { schema: '[]', schemaType: 'JSON' },
      { schema: '"string"', references: [{ name: 'a', subject: 'none', version: 1 }] },
      {
        schema: JSON.stringify({
          type: 'record',
          name: 'R',
          fields: [{ name: '<b>', type: 'int' }],
        }),
      },
    ]) {
      expect(await ask('POST', '/subjects/a/versions', body), JSON.stringify(body)).toMatchObject(
        refusal(422, 42201),
      )
    }
    expect(
      await ask('POST', '/subjects/a/versions', { schema: '"int"', schemaType: 'XML' }),
    ).toMatchObject({ status: 422 })
    expect(await ask('POST', '/subjects/%00/versions', avro(x))).toMatchObject(refusal(422, 42208))
    expect(await ask('GET', '/subjects/%zz/versions')).toMatchObject({ status: 400 })
    expect((await ask('GET', '/subjects')).body).toEqual([])
  })

  it('keeps Protobuf with what it imports, also from its compiled form', async () => {
    const { ask } = registry()
    const money = 'syntax = "proto3"; package m; message Money { int64 units = 1; }'
    await ask('POST', '/subjects/money/versions', { schema: money, schemaType: 'PROTOBUF' })
    const order = 'syntax = "proto3"; import "money.proto"; message Order { m.Money total = 1; }'
    const references = [{ name: 'money.proto', subject: 'money', version: 1 }]
    const registered = await ask('POST', '/subjects/order/versions', {
      schema: order,
      schemaType: 'PROTOBUF',
      references,
    })
    expect(registered).toMatchObject({ status: 200, body: { id: 2 } })
    expect((await ask('GET', '/subjects/money/versions/1/referencedby')).body).toEqual([2])
    expect(await ask('DELETE', '/subjects/money/versions/1')).toMatchObject(refusal(422, 42206))
    // FileDescriptorProto: name "a.proto", message A { int32 x = 1 }, syntax proto3.
    const compiled = 'CgdhLnByb3RvIg4KAUESCQoBeBgBIAEoBWIGcHJvdG8z'
    await ask('POST', '/subjects/compiled/versions', { schema: compiled, schemaType: 'PROTOBUF' })
    expect((await ask('GET', '/subjects/compiled/versions/1')).body.schema).toContain(
      'int32 x = 1;',
    )
  })

  it('gives Protobuf in its compiled form to who asks for it', async () => {
    const { ask } = registry()
    const money = 'syntax = "proto3"; package m; message Money { int64 units = 1; }'
    const order = 'syntax = "proto3"; import "money.proto"; message Order { m.Money total = 1; }'
    const references = [{ name: 'money.proto', subject: 'money', version: 1 }]
    const schemaType = 'PROTOBUF'
    await ask('POST', '/subjects/money/versions', { schema: money, schemaType })
    const body = { schema: order, schemaType, references }
    await ask('POST', '/subjects/order/versions', body)
    for (const [method, path] of [
      ['GET', '/schemas/ids/2'],
      ['GET', '/subjects/order/versions/1'],
      ['POST', '/subjects/order'],
    ] as const) {
      const { body: told } = await ask(method, `${path}?format=serialized`, body)
      const compiled = Buffer.from(String(told.schema), 'base64').toString('latin1')
      expect(compiled).toContain('money.proto')
      expect(compiled).toContain('.m.Money')
      expect((await ask(method, path, body)).body).toEqual(Object.assign(told, { schema: order }))
    }
    const bare = await ask('GET', '/subjects/order/versions/1/schema?format=serialized')
    expect(bare.body).toBe((await ask('GET', '/schemas/ids/2/schema?format=serialized')).body)
    await ask('POST', '/subjects/a/versions', avro(x))
    expect((await ask('GET', '/subjects/a/versions/1?format=serialized')).body).toEqual(
      (await ask('GET', '/subjects/a/versions/1')).body,
    )
  })

  it('deletes softly, then for good', async () => {
    const { ask } = registry()
    await ask('POST', '/subjects/a/versions', avro(x))
    await ask('POST', '/subjects/a/versions', avro(x, withDefault))
    expect(await ask('DELETE', '/subjects/a/versions/1?permanent=true')).toMatchObject(
      refusal(404, 40407),
    )
    expect((await ask('DELETE', '/subjects/a/versions/1')).body).toBe(1)
    expect(await ask('DELETE', '/subjects/a/versions/1')).toMatchObject(refusal(404, 40406))
    expect((await ask('GET', '/subjects/a/versions')).body).toEqual([2])
    expect((await ask('GET', '/subjects/a/versions?deleted=true')).body).toEqual([1, 2])
    // Ids stay, for records that were written with them.
    expect(await ask('GET', '/schemas/ids/1')).toMatchObject({ status: 200 })
    expect((await ask('DELETE', '/subjects/a/versions/1?permanent=true')).body).toBe(1)
    expect(await ask('DELETE', '/subjects/a?permanent=true')).toMatchObject(refusal(404, 40405))
    expect((await ask('DELETE', '/subjects/a')).body).toEqual([2])
    expect(await ask('DELETE', '/subjects/a')).toMatchObject(refusal(404, 40404))
    expect((await ask('GET', '/subjects')).body).toEqual([])
    expect((await ask('GET', '/subjects?deleted=true')).body).toEqual(['a'])
    // What is deleted for good leaves its id to nobody.
    expect(await ask('GET', '/schemas/ids/1')).toMatchObject(refusal(404, 40403))
    expect((await ask('POST', '/subjects/a/versions', avro(x))).body).toMatchObject({
      id: 3,
      version: 3,
    })
    expect((await ask('GET', '/subjects?deletedOnly=true')).body).toEqual([])
  })

  it('keeps levels and modes, of all and of subjects', async () => {
    const { ask } = registry()
    expect((await ask('GET', '/config')).body).toEqual({ compatibilityLevel: 'BACKWARD' })
    expect(await ask('GET', '/config/a')).toMatchObject(refusal(404, 40408))
    expect((await ask('GET', '/config/a?defaultToGlobal=true')).body).toEqual({
      compatibilityLevel: 'BACKWARD',
    })
    expect(await ask('PUT', '/config', { compatibility: 'SIDEWAYS' })).toMatchObject(
      refusal(422, 42203),
    )
    expect((await ask('PUT', '/config', { compatibility: 'full' })).body).toEqual({
      compatibility: 'FULL',
    })
    await ask('PUT', '/config/a', { compatibility: 'NONE', normalize: true })
    expect((await ask('GET', '/config/a')).body).toEqual({
      compatibilityLevel: 'NONE',
      normalize: true,
    })
    expect((await ask('DELETE', '/config/a')).body).toMatchObject({ compatibilityLevel: 'NONE' })
    expect((await ask('GET', '/mode')).body).toEqual({ mode: 'READWRITE' })
    expect(await ask('GET', '/mode/a')).toMatchObject(refusal(404, 40409))
    expect(await ask('PUT', '/mode/a', { mode: 'SLEEPY' })).toMatchObject(refusal(422, 42204))
    await ask('PUT', '/mode/a', { mode: 'READONLY' })
    expect(await ask('POST', '/subjects/a/versions', avro(x))).toMatchObject(refusal(422, 42205))
    await ask('PUT', '/mode/a', { mode: 'IMPORT' })
    expect(await ask('POST', '/subjects/a/versions', avro(x))).toMatchObject(refusal(422, 42205))
    const imported = { ...avro(x), id: 77, version: 5 }
    expect((await ask('POST', '/subjects/a/versions', imported)).body).toMatchObject({
      id: 77,
      version: 5,
    })
    expect((await ask('DELETE', '/mode/a')).body).toEqual({ mode: 'IMPORT' })
    expect((await ask('POST', '/subjects/b/versions', avro(y))).body.id).toBe(78)
  })

  it('keeps contexts apart', async () => {
    const { ask } = registry()
    await ask('POST', '/subjects/a/versions', avro(x))
    const other = encodeURIComponent(':.other:a')
    expect((await ask('POST', `/subjects/${other}/versions`, avro(y))).body.id).toBe(1)
    expect((await ask('GET', '/contexts')).body).toEqual(['.', '.other'])
    expect((await ask('GET', `/schemas/ids/1?subject=${other}`)).body.schema).toContain('"y"')
    expect((await ask('GET', '/schemas/ids/1')).body.schema).toContain('"x"')
    expect((await ask('GET', '/subjects?subjectPrefix=:.other:')).body).toEqual([':.other:a'])
    expect((await ask('GET', '/subjects?subjectPrefix=')).body).toEqual(['a'])
    expect((await ask('GET', '/subjects')).body).toEqual([':.other:a', 'a'])
  })

  it('keeps names that mean something to JavaScript apart from everything', async () => {
    const { ask } = registry()
    for (const name of ['__proto__', 'constructor', 'toString', '<img src=x>', 'a/b', "it's"]) {
      const path = `/subjects/${encodeURIComponent(name)}/versions`
      expect((await ask('POST', path, avro({ name: '__proto__', type: 'int' }))).status).toBe(200)
      expect((await ask('GET', path)).body).toEqual([1])
    }
    expect((await ask('GET', '/subjects')).body).toHaveLength(6)
  })

  it('is the replay of its topic, also when that was compacted', async () => {
    const { ask, log } = registry()
    await ask('POST', '/subjects/a/versions', avro(x))
    await ask('POST', '/subjects/a/versions', avro(x, withDefault))
    await ask('PUT', '/config/a', { compatibility: 'FULL' })
    await ask('DELETE', '/subjects/a/versions/1')
    await ask('DELETE', '/subjects/a/versions/1?permanent=true')
    await ask('PUT', '/mode', { mode: 'READWRITE' })
    const own = log.state
    const again = log.compacted()
    expect(again.subjects).toEqual(own.subjects)
    expect(again.configs).toEqual(own.configs)
    expect(again.modes).toEqual(own.modes)
    expect(again.contexts.get('.')?.schemas).toEqual(own.contexts.get('.')?.schemas)
  })

  it('answers whatever comes with JSON and a status', async () => {
    const { ask } = registry()
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH']) {
      for (const path of [
        '/',
        '/nothing',
        '/subjects',
        '/subjects/a',
        '/schemas/ids/',
        '/config',
        '/mode',
        '/compatibility',
        '/%00',
        '/subjects/a/versions/1/x',
      ]) {
        for (const body of [
          undefined,
          null,
          5,
          'x',
          [],
          { schema: 5 },
          { mode: {} },
          { compatibility: [] },
        ]) {
          const { status } = await ask(method, path, body)
          expect(status).toBeGreaterThanOrEqual(200)
          expect(status).toBeLessThan(500)
        }
      }
    }
  })
})
