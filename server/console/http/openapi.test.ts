import { describe, expect, it } from 'vitest'
import { routes } from '../../../lib/contracts/routes.ts'
import { openApiDocument } from './openapi.ts'

type Json = Record<string, unknown>

const document = openApiDocument('1.2.3') as {
  openapi: string
  paths: Record<string, Record<string, Json>>
  components: { schemas: Record<string, Json> }
}

function collect(value: unknown, key: string, found: unknown[] = []): unknown[] {
  if (Array.isArray(value)) for (const one of value) collect(one, key, found)
  else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      if (name === key) found.push(inner)
      collect(inner, key, found)
    }
  }
  return found
}

describe('the OpenAPI document', () => {
  it('lists every route of the contracts and nothing else', () => {
    const listed = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(
        ([method, { operationId }]) => `${String(operationId)} ${method} ${path}`,
      ),
    )
    const known = Object.entries(routes).map(
      ([name, { method, path }]) => `${name} ${method} ${path}`,
    )
    expect(new Set(listed)).toEqual(new Set(known))
    expect(listed).toHaveLength(known.length)
  })

  it('refers to nothing that it does not hold', () => {
    const references = collect(document, '$ref')
    expect(references.length).toBeGreaterThan(10)
    for (const reference of references) {
      expect(reference).toMatch(/^#\/components\/schemas\/\w+$/)
      const name = String(reference).split('/').at(-1) ?? ''
      expect(document.components.schemas).toHaveProperty(name)
      expect(document.components.schemas[name]).not.toHaveProperty('$ref')
    }
    expect(collect(document, '$defs')).toEqual([])
  })

  it('declares exactly the parameters that stand in each path', () => {
    for (const [path, operations] of Object.entries(document.paths)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      for (const { parameters } of Object.values(operations)) {
        const declared = (parameters as { name: string; in: string; required: boolean }[]).filter(
          (one) => one.in === 'path',
        )
        expect(new Set(declared.map(({ name }) => name))).toEqual(new Set(inPath))
        expect(declared.every(({ required }) => required)).toBe(true)
      }
    }
  })

  it('tells defaults, limits and the form of streams', () => {
    const read = document.paths['/api/clusters/{cluster}/topics/{topic}/messages']?.get
    const parameters = read?.parameters as { name: string; required: boolean; schema: Json }[]
    const limit = parameters.find(({ name }) => name === 'limit')
    expect(limit).toMatchObject({ required: false, schema: { default: 50, maximum: 1000 } })
    expect(read).toHaveProperty(['responses', '200', 'content', 'application/x-ndjson'])
    expect(read).toHaveProperty(['responses', 'default', 'content', 'application/json'])
    expect(document.openapi).toBe('3.1.0')
  })

  it('says what a new topic takes as it is sent, with its defaults left out', () => {
    const { CreateTopic } = document.components.schemas
    expect(CreateTopic?.required).toEqual(['name', 'partitions', 'replicationFactor'])
  })
})
