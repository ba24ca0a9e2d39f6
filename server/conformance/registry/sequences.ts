// Requests to a registry, in sequences that do not touch each other's subjects. What the answers
// have to be is not said here: they are compared with those of another registry.

import { EVOLUTIONS, LEVELS } from '../../registry/evolutions.ts'

export type Request = readonly [method: string, path: string, body?: unknown]

export interface Sequence {
  name: string
  requests: readonly Request[]
}

const record = (name: string, ...fields: unknown[]) => ({
  schema: JSON.stringify({ type: 'record', name, fields }),
})
const field = (name: string, type: unknown = 'int', more: object = {}) => ({ name, type, ...more })
const proto = (body: string, more: object = {}) => ({
  schemaType: 'PROTOBUF',
  schema: `syntax = "proto3";\n\nmessage M {\n  ${body}\n}\n`,
  ...more,
})
const DRAFT = 'http://json-schema.org/draft-07/schema#'
const json = (schema: object, more: object = {}) => ({
  schemaType: 'JSON',
  schema: JSON.stringify({ $schema: DRAFT, ...schema }),
  ...more,
})

/** Not NONE: for a subject the other registry takes that for the level of all. */
const COMPARED_LEVELS = LEVELS.map(([level]) => level).filter((level) => level !== 'NONE')

/**
 * Each evolution: whether it passes the check, and whether it is registered. With one version before,
 * the transitive levels say nothing more.
 */
const evolutions: Sequence[] = EVOLUTIONS.flatMap(([schemaType, name, old, changed], row) =>
  COMPARED_LEVELS.filter((level) => !level.endsWith('_TRANSITIVE')).map((level) => {
    const subject = `evolution-${row}-${level}`
    const spoken = (schema: string) =>
      schemaType === 'JSON' ? json(JSON.parse(schema) as object) : { schemaType, schema }
    return {
      name: `${schemaType}: ${name}: ${level}`,
      requests: [
        ['POST', `/subjects/${subject}/versions`, spoken(old)],
        ['PUT', `/config/${subject}`, { compatibility: level }],
        ['POST', `/compatibility/subjects/${subject}/versions/latest`, spoken(changed)],
        ['POST', `/subjects/${subject}/versions`, spoken(changed)],
        ['GET', `/subjects/${subject}/versions`],
      ],
    } satisfies Sequence
  }),
)

const a = field('a')
const b = field('b')
const bDefault = { ...b, default: 0 }
/** Of two versions, the candidate agrees with the last alone: in one direction, and the other. */
const HISTORIES = [
  ['reads', record('R', a), record('R', a, bDefault), record('R', a, b)],
  ['is read by', record('R', a, b), record('R', a, bDefault), record('R', a)],
] as const

const transitive: Sequence[] = HISTORIES.flatMap(([relation, first, second, candidate]) =>
  COMPARED_LEVELS.map((level) => {
    const subject = `transitive-${relation.replaceAll(' ', '-')}-${level}`
    const check = (version: string): Request => [
      'POST',
      `/compatibility/subjects/${subject}/versions${version}`,
      candidate,
    ]
    return {
      name: `a schema that ${relation} the last version alone: ${level}`,
      requests: [
        ['POST', `/subjects/${subject}/versions`, first],
        ['POST', `/subjects/${subject}/versions`, second],
        ['PUT', `/config/${subject}`, { compatibility: level }],
        check('/latest'),
        check('/1'),
        check(''),
        ['POST', `/subjects/${subject}/versions`, candidate],
        ['GET', `/subjects/${subject}/versions`],
      ],
    } satisfies Sequence
  }),
)

const schemaX = record('R', field('x'))
const wider = record('R', field('x'), field('y', 'int', { default: 0 }))
const other = record('R', field('x', 'string'))

const life: Sequence[] = [
  {
    name: 'register, find, list',
    requests: [
      ['GET', '/subjects/life/versions'],
      ['GET', '/subjects/life/versions/latest'],
      ['POST', '/subjects/life', schemaX],
      ['POST', '/subjects/life/versions', schemaX],
      ['POST', '/subjects/life/versions', schemaX],
      ['POST', '/subjects/life/versions', wider],
      ['GET', '/subjects/life/versions'],
      ['GET', '/subjects/life/versions/1'],
      ['GET', '/subjects/life/versions/2'],
      ['GET', '/subjects/life/versions/latest'],
      ['GET', '/subjects/life/versions/-1'],
      ['GET', '/subjects/life/versions/3'],
      ['GET', '/subjects/life/versions/0'],
      ['GET', '/subjects/life/versions/-2'],
      ['GET', '/subjects/life/versions/soon'],
      ['GET', '/subjects/life/versions/2147483648'],
      ['GET', '/subjects/life/versions/1/schema'],
      ['GET', '/subjects/life/versions/9/schema'],
      ['GET', '/subjects/life/versions/1/referencedby'],
      ['POST', '/subjects/life', schemaX],
      ['POST', '/subjects/life', wider],
      ['POST', '/subjects/life', other],
      ['POST', '/subjects/life/versions', other],
      ['GET', '/subjects/life/versions'],
    ],
  },
  {
    name: 'the same schema of two subjects has one id',
    requests: [
      ['POST', '/subjects/same-a/versions', record('Same', field('x'))],
      ['POST', '/subjects/same-b/versions', record('Same', field('x'))],
      ['POST', '/subjects/same-a/versions', record('Same', field('x', 'int', { doc: 'told' }))],
      ['GET', '/subjects/same-a/versions'],
      ['GET', '/subjects/same-b/versions'],
    ],
  },
  {
    name: 'white space and the order of attributes',
    requests: [
      [
        'POST',
        '/subjects/spelling/versions',
        { schema: '{"type": "record", "name": "S",  "fields": []}' },
      ],
      [
        'POST',
        '/subjects/spelling/versions',
        { schema: '{"type":"record","name":"S","fields":[]}' },
      ],
      [
        'POST',
        '/subjects/spelling/versions',
        { schema: '{"name":"S","fields":[],"type":"record"}' },
      ],
      ['POST', '/subjects/spelling', { schema: '{"fields":[],"name":"S","type":"record"}' }],
      ['GET', '/subjects/spelling/versions'],
      ['POST', '/subjects/spelling-json/versions', json({ type: 'object', title: 'a' })],
      [
        'POST',
        '/subjects/spelling-json/versions',
        {
          schemaType: 'JSON',
          schema: `{ "$schema" : "${DRAFT}", "type" : "object", "title":"a" }`,
        },
      ],
      ['GET', '/subjects/spelling-json/versions'],
      [
        'POST',
        '/subjects/spelling-json/versions?normalize=true',
        { schemaType: 'JSON', schema: `{"$schema":"${DRAFT}","title":"a","type":"object"}` },
      ],
      ['POST', '/subjects/spelling-proto/versions', proto('int32 a = 1;')],
      [
        'POST',
        '/subjects/spelling-proto/versions',
        { schemaType: 'PROTOBUF', schema: 'syntax="proto3"; message M { int32 a=1; }' },
      ],
      ['GET', '/subjects/spelling-proto/versions'],
    ],
  },
  {
    name: 'soft and permanent deletion of versions',
    requests: [
      ['POST', '/subjects/del/versions', schemaX],
      ['POST', '/subjects/del/versions', wider],
      ['DELETE', '/subjects/del/versions/1?permanent=true'],
      ['DELETE', '/subjects/del/versions/1'],
      ['DELETE', '/subjects/del/versions/1'],
      ['GET', '/subjects/del/versions'],
      ['GET', '/subjects/del/versions?deleted=true'],
      ['GET', '/subjects/del/versions/1'],
      ['GET', '/subjects/del/versions/1?deleted=true'],
      ['POST', '/subjects/del', schemaX],
      ['POST', '/subjects/del?deleted=true', schemaX],
      ['DELETE', '/subjects/del/versions/1?permanent=true'],
      ['GET', '/subjects/del/versions?deleted=true'],
      ['DELETE', '/subjects/del/versions/1?permanent=true'],
      ['DELETE', '/subjects/del/versions/7'],
      ['DELETE', '/subjects/del/versions/none'],
      ['DELETE', '/subjects/del/versions/latest'],
      ['GET', '/subjects/del/versions'],
    ],
  },
  {
    name: 'soft and permanent deletion of subjects',
    requests: [
      ['DELETE', '/subjects/gone'],
      ['POST', '/subjects/gone/versions', record('Gone', field('x'))],
      ['DELETE', '/subjects/gone?permanent=true'],
      ['DELETE', '/subjects/gone'],
      ['DELETE', '/subjects/gone'],
      ['GET', '/subjects/gone/versions'],
      ['GET', '/subjects/gone/versions?deleted=true'],
      ['GET', '/subjects?subjectPrefix=gone'],
      ['GET', '/subjects?subjectPrefix=gone&deleted=true'],
      ['POST', '/subjects/gone/versions', record('Gone', field('x'))],
      ['GET', '/subjects/gone/versions'],
      ['DELETE', '/subjects/gone'],
      ['DELETE', '/subjects/gone?permanent=true'],
      ['GET', '/subjects?subjectPrefix=gone&deleted=true'],
      ['DELETE', '/subjects/gone?permanent=true'],
      ['POST', '/subjects/gone/versions', record('Gone', field('x'))],
      ['GET', '/subjects/gone/versions'],
    ],
  },
  {
    name: 'what is deleted does not count in checks',
    requests: [
      ['POST', '/subjects/uncounted/versions', schemaX],
      ['DELETE', '/subjects/uncounted/versions/1'],
      ['POST', '/compatibility/subjects/uncounted/versions/latest', other],
      ['POST', '/subjects/uncounted/versions', other],
    ],
  },
  {
    name: 'lists',
    requests: [
      ['POST', '/subjects/list-a/versions', record('ListA')],
      ['POST', '/subjects/list-b/versions', record('ListB')],
      ['POST', '/subjects/list-b/versions', record('ListB', field('x', 'int', { default: 1 }))],
      ['GET', '/subjects?subjectPrefix=list-'],
      ['GET', '/subjects?subjectPrefix=list-b'],
      ['GET', '/subjects?subjectPrefix=nothing-'],
      ['GET', '/schemas?subjectPrefix=list-'],
      ['GET', '/schemas?subjectPrefix=list-&latestOnly=true'],
      ['GET', '/schemas?subjectPrefix=list-&offset=1&limit=1'],
      ['GET', '/schemas/types'],
    ],
  },
  {
    name: 'levels',
    requests: [
      ['GET', '/config'],
      ['GET', '/config/level'],
      ['GET', '/config/level?defaultToGlobal=true'],
      ['PUT', '/config/level', { compatibility: 'FULL' }],
      ['GET', '/config/level'],
      ['PUT', '/config/level', { compatibility: 'full_transitive' }],
      ['GET', '/config/level'],
      ['PUT', '/config/level', { compatibility: 'SIDEWAYS' }],
      ['GET', '/config/level?defaultToGlobal=true'],
      ['DELETE', '/config/level'],
      ['GET', '/config/level'],
      ['DELETE', '/config/level'],
      ['PUT', '/config', { compatibility: 'NOTHING' }],
      ['PUT', '/config', { compatibility: 'FORWARD' }],
      ['GET', '/config'],
      ['GET', '/config/level?defaultToGlobal=true'],
      ['PUT', '/config', { compatibility: 'BACKWARD' }],
    ],
  },
  {
    name: 'checks of what is not there',
    requests: [
      ['POST', '/compatibility/subjects/nobody/versions/latest', schemaX],
      ['POST', '/compatibility/subjects/nobody/versions/1', schemaX],
      ['POST', '/compatibility/subjects/nobody/versions', schemaX],
      ['POST', '/subjects/somebody/versions', schemaX],
      ['POST', '/compatibility/subjects/somebody/versions/4', schemaX],
      ['POST', '/compatibility/subjects/somebody/versions/zero', schemaX],
      ['POST', '/compatibility/subjects/somebody/versions/latest', { schema: '{' }],
      ['POST', '/compatibility/subjects/somebody/versions/latest', proto('int32 a = 1;')],
      ['POST', '/compatibility/subjects/somebody/versions/latest?verbose=true', other],
      ['POST', '/compatibility/subjects/somebody/versions/latest?verbose=true', wider],
    ],
  },
  {
    name: 'a schema of another kind',
    requests: [
      ['POST', '/subjects/kinds/versions', schemaX],
      ['POST', '/subjects/kinds/versions', proto('int32 a = 1;')],
      ['PUT', '/config/kinds', { compatibility: 'NONE' }],
      ['POST', '/subjects/kinds/versions', proto('int32 a = 1;')],
      ['POST', '/subjects/kinds/versions', json({ type: 'object' })],
      ['GET', '/subjects/kinds/versions'],
      ['GET', '/subjects/kinds/versions/2'],
      ['GET', '/subjects/kinds/versions/3'],
    ],
  },
  ...['AVRO', 'PROTOBUF', 'JSON'].map(
    (schemaType): Sequence => ({
      name: `what is no schema: ${schemaType}`,
      requests: [
        '',
        ' ',
        '{',
        '[]',
        'nonsense!',
        '{"type":"recor"}',
        '5',
        '"text"',
        'null',
      ].flatMap((schema, at): Request[] => [
        ['POST', `/subjects/bad-${schemaType}-${at}/versions`, { schemaType, schema }],
      ]),
    }),
  ),
  {
    name: 'Avro that its specification does not allow',
    requests: [
      record('9', field('x')),
      record('R', field('x'), field('x')),
      record('R', field('x', 'Gone')),
      record('R', field('<b>', 'int')),
      record('R', field('x', ['int', 'int'])),
      record('R', field('x', ['null', ['int']])),
      record('R', field('x', 'int', { default: 'text' })),
      record('R', field('x', { type: 'enum', name: 'E', symbols: ['A', 'A'] })),
      record('R', field('x', { type: 'fixed', name: 'F', size: -1 })),
      record('R', field('x', { type: 'array' })),
      { schema: '{"type":"record","name":"R"}' },
      { schema: '{"type":"record","fields":[]}' },
      { schema: '{"type":"map"}' },
    ].map((body, at): Request => ['POST', `/subjects/bad-avro-${at}/versions`, body]),
  },
  {
    name: 'Protobuf that does not resolve',
    requests: [
      proto('Gone g = 1;'),
      proto('int32 a = 1; int32 a = 2;'),
      proto('int32 a = 1; int32 b = 1;'),
      proto('int32 a = 0;'),
      {
        schemaType: 'PROTOBUF',
        schema: 'syntax = "proto3"; import "gone.proto"; message M { Gone g = 1; }',
      },
      { schemaType: 'PROTOBUF', schema: 'message M {' },
    ].map((body, at): Request => ['POST', `/subjects/bad-proto-${at}/versions`, body]),
  },
  {
    name: 'bodies',
    requests: [
      ['POST', '/subjects/bodies/versions'],
      ['POST', '/subjects/bodies/versions', {}],
      ['POST', '/subjects/bodies/versions', []],
      ['POST', '/subjects/bodies/versions', { schema: {} }],
      ['POST', '/subjects/bodies/versions', { ...schemaX, schemaType: 'XML' }],
      ['POST', '/subjects/bodies/versions', { ...schemaX, references: 'none' }],
      [
        'POST',
        '/subjects/bodies/versions',
        { ...schemaX, references: [{ name: 'a', subject: 'none-such', version: 1 }] },
      ],
      ['PUT', '/config/bodies', {}],
      ['GET', '/nothing'],
      ['PATCH', '/subjects/bodies/versions', {}],
      ['GET', '/schemas/ids/99999999'],
      ['GET', '/schemas/ids/99999999/subjects'],
      ['GET', '/schemas/ids/99999999/versions'],
      ['GET', '/schemas/ids/99999999/schema'],
      ['GET', '/schemas/ids/one'],
    ],
  },
  {
    name: 'references of Avro',
    requests: [
      [
        'POST',
        '/subjects/ref-money/versions',
        {
          schema:
            '{"type":"record","name":"Money","namespace":"m","fields":[{"name":"units","type":"long"}]}',
        },
      ],
      [
        'POST',
        '/subjects/ref-order/versions',
        {
          ...record('Order', field('total', 'm.Money')),
          references: [{ name: 'm.Money', subject: 'ref-money', version: 1 }],
        },
      ],
      ['GET', '/subjects/ref-order/versions/1'],
      ['GET', '/subjects/ref-money/versions/1/referencedby'],
      ['DELETE', '/subjects/ref-money/versions/1'],
      ['DELETE', '/subjects/ref-money'],
      [
        'POST',
        '/subjects/ref-order',
        {
          ...record('Order', field('total', 'm.Money')),
          references: [{ name: 'm.Money', subject: 'ref-money', version: 1 }],
        },
      ],
      ['POST', '/subjects/ref-order/versions', record('Order', field('total', 'm.Money'))],
      ['DELETE', '/subjects/ref-order'],
      ['GET', '/subjects/ref-money/versions/1/referencedby'],
      ['DELETE', '/subjects/ref-order?permanent=true'],
      ['DELETE', '/subjects/ref-money'],
    ],
  },
  {
    name: 'references of Protobuf and JSON Schema',
    requests: [
      [
        'POST',
        '/subjects/ref-p/versions',
        {
          schemaType: 'PROTOBUF',
          schema: 'syntax = "proto3";\npackage m;\n\nmessage Money {\n  int64 units = 1;\n}\n',
        },
      ],
      [
        'POST',
        '/subjects/ref-q/versions',
        {
          schemaType: 'PROTOBUF',
          schema:
            'syntax = "proto3";\n\nimport "money.proto";\n\nmessage Order {\n  m.Money total = 1;\n}\n',
          references: [{ name: 'money.proto', subject: 'ref-p', version: 1 }],
        },
      ],
      ['GET', '/subjects/ref-p/versions/1/referencedby'],
      [
        'POST',
        '/subjects/ref-j/versions',
        json({ type: 'object', properties: { units: { type: 'integer' } } }),
      ],
      [
        'POST',
        '/subjects/ref-k/versions',
        json(
          { type: 'object', properties: { total: { $ref: 'money.json' } } },
          { references: [{ name: 'money.json', subject: 'ref-j', version: 1 }] },
        ),
      ],
      ['GET', '/subjects/ref-j/versions/1/referencedby'],
      ['GET', '/subjects/ref-k/versions/1'],
      ['DELETE', '/subjects/ref-j/versions/1'],
    ],
  },
  {
    name: 'names of subjects',
    requests: [
      'a b',
      'ä',
      'a/b',
      "it's",
      '<img src=x>',
      '__proto__',
      'constructor',
      'a:b',
      'a%b',
    ].flatMap((name): Request[] => {
      const path = `/subjects/${encodeURIComponent(`named ${name}`)}`
      return [
        ['POST', `${path}/versions`, schemaX],
        ['GET', `${path}/versions`],
        ['GET', `${path}/versions/1`],
        ['DELETE', path],
      ]
    }),
  },
  {
    name: 'schemas of primitives and big ones',
    requests: [
      ...['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'].map(
        (type): Request => [
          'POST',
          `/subjects/primitive-${type}/versions`,
          { schema: `"${type}"` },
        ],
      ),
      ['GET', '/subjects/primitive-string/versions/1'],
      [
        'POST',
        '/subjects/wide/versions',
        record('Wide', ...Array.from({ length: 500 }, (_, n) => field(`f${n}`))),
      ],
      ['GET', '/subjects/wide/versions'],
    ],
  },
  {
    name: 'modes',
    requests: [
      ['GET', '/mode'],
      ['PUT', '/mode/moded', { mode: 'READONLY' }],
      ['POST', '/subjects/moded/versions', schemaX],
      ['PUT', '/mode/moded', { mode: 'READWRITE' }],
      ['POST', '/subjects/moded/versions', schemaX],
    ],
  },
  {
    name: 'contexts',
    requests: [
      ['POST', '/subjects/:.compared:in/versions', schemaX],
      ['GET', '/subjects/:.compared:in/versions'],
      ['GET', '/subjects/:.compared:in/versions/1'],
      ['GET', '/contexts'],
    ],
  },
]

export const SEQUENCES: readonly Sequence[] = [...life, ...transitive, ...evolutions]
