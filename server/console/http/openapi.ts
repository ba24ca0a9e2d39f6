// The OpenAPI 3.1 document, made from the same contracts that check requests and answers.
//
// OpenAPI 3.1 takes JSON Schema as it is. Schemas with an id of their own become components;
// the others stand where they are used.

import { z } from 'zod'
import { problem } from '../../../lib/contracts/common.ts'
import { type Route, routes } from '../../../lib/contracts/routes.ts'

type Json = Record<string, unknown>

const TYPES = {
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  sse: 'text/event-stream',
  bytes: 'application/octet-stream',
  file: 'application/octet-stream',
} as const

export function openApiDocument(version: string): Json {
  const schemas: Record<string, Json> = {}
  const paths: Record<string, Json> = {}
  for (const [operationId, route] of Object.entries<Route>(routes)) {
    const path = paths[route.path] ?? {}
    path[route.method] = operationOf(operationId, route, schemas)
    paths[route.path] = path
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Riverglass',
      version,
      description:
        'Everything that the console shows, of any cluster it knows. 64-bit integers travel as decimal strings. An error is a Problem, whatever its status.',
    },
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  }
}

function operationOf(operationId: string, route: Route, schemas: Record<string, Json>): Json {
  const form = route.form ?? 'json'
  const answer =
    form === 'bytes' || form === 'file' ? { type: 'string', format: 'binary' } : undefined
  const refused = {
    description: 'What went wrong',
    content: { [TYPES.json]: { schema: schemaOf(problem, 'output', schemas) } },
  }
  return {
    operationId,
    summary: route.summary,
    parameters: [
      ...parametersOf('path', z.object(route.params ?? {}), schemas),
      ...(route.query === undefined ? [] : parametersOf('query', route.query, schemas)),
    ],
    ...requestBodyOf(route, schemas),
    responses: {
      [route.status ?? 200]: {
        description: descriptionOf(form),
        content: { [TYPES[form]]: { schema: answer ?? schemaOf(route.answer, 'output', schemas) } },
      },
      default: refused,
    },
  }
}

function requestBodyOf(route: Route, schemas: Record<string, Json>): Json {
  if (route.upload !== undefined) {
    const binary = { schema: { type: 'string', format: 'binary' } }
    const content = Object.fromEntries(route.upload.map((type) => [type, binary]))
    return { requestBody: { required: true, content } }
  }
  if (route.body === undefined) return {}
  const content = { [TYPES.json]: { schema: schemaOf(route.body, 'input', schemas) } }
  return { requestBody: { required: true, content } }
}

function descriptionOf(form: keyof typeof TYPES): string {
  switch (form) {
    case 'json':
      return 'The answer'
    case 'ndjson':
      return 'One such document per line'
    case 'sse':
      return 'One such document per event'
    case 'bytes':
      return 'The bytes'
    case 'file':
      return 'The file; it is complete when the answer ends without an error'
  }
}

function parametersOf(
  place: 'path' | 'query',
  schema: z.ZodObject,
  schemas: Record<string, Json>,
): Json[] {
  const { properties = {}, required = [] } = schemaOf(schema, 'input', schemas) as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(properties).map(([name, own]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: own,
  }))
}

/** The JSON Schema of a contract; named parts go to `schemas` and are referred to. */
function schemaOf(
  contract: z.ZodType,
  io: 'input' | 'output',
  schemas: Record<string, Json>,
): Json {
  const { $schema: _, $defs, ...own } = z.toJSONSchema(contract, { io, unrepresentable: 'any' })
  // A contract with an id of its own is a reference to its part.
  for (const [id, part] of Object.entries($defs ?? {})) schemas[id] = refer(part) as Json
  return refer(own) as Json
}

function refer(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(refer)
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => key !== 'id' || typeof (schema as Json).id !== 'string')
      .map(([key, value]) => [
        key,
        key === '$ref' && typeof value === 'string'
          ? value.replace('#/$defs/', '#/components/schemas/')
          : refer(value),
      ]),
  )
}
