// The file given with --config: which clusters the console shows beside the built-in one.
//
// YAML, and so JSON too. Every complaint names the file, the line and the field; keys that are
// not known are refused, since a misspelt setting is worse than a missing one.

import { readFileSync } from 'node:fs'
import { type Document, isNode, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'

const address = z
  .string()
  .regex(/^(\[[0-9a-fA-F:.]+\]|[^\s:,[\]]+):\d{1,5}$/, 'must be HOST:PORT')
  .refine((text) => {
    const port = Number(text.slice(text.lastIndexOf(':') + 1))
    return port >= 1 && port <= 65_535
  }, 'has a port that is not from 1 to 65535')

const bootstrap = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value),
  z.array(address, 'must be HOST:PORT, or several with commas or as a list').min(1),
)

const schemaRegistry = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/, error: 'must be a URL with http or https' })
      .max(2_000, 'must have at most 2000 characters'),
    username: z.string('must be a text').min(1, 'must not be empty').optional(),
    password: z.string('must be a text').optional(),
    token: z.string('must be a text').min(1, 'must not be empty').optional(),
    /** A file with certificates, as PEM. */
    caFile: z.string('must be a path').min(1, 'must not be empty').optional(),
  })
  .refine(({ username, token }) => username === undefined || token === undefined, {
    error: 'has both a username and a token; give one of them',
  })

const messageName = z
  .string('must be the full name of a message')
  .regex(/^[\w.]{1,1000}$/, 'must be the full name of a message, such as shop.Order')

const protobufTopic = z
  .strictObject({
    /** With * for anything. */
    topic: z.string('must be a text').min(1, 'must not be empty').max(249, 'is too long'),
    key: messageName.optional(),
    value: messageName.optional(),
  })
  .refine(({ key, value }) => key !== undefined || value !== undefined, {
    error: 'says neither the message of the key nor that of the value',
  })

const protobuf = z.strictObject({
  /** .proto files, folders of them, descriptor sets. */
  files: z
    .array(z.string('must be a path').min(1, 'must not be empty'), 'must be a list of paths')
    .min(1, 'must name a file or a folder')
    .max(100, 'must have at most 100 paths'),
  topics: z.array(protobufTopic, 'must be a list').max(1_000).default([]),
})

const cluster = z.strictObject({
  name: z
    .string('must be a text')
    .min(1, 'must not be empty')
    .max(63, 'must have at most 63 characters'),
  bootstrap,
  schemaRegistry: schemaRegistry.optional(),
  protobuf: protobuf.optional(),
})

const configFile = z.strictObject({
  clusters: z.array(cluster, 'must be a list').default([]),
})

export type ConfiguredCluster = z.output<typeof cluster>
export type Config = z.output<typeof configFile>

/** The file cannot be used; the message has file, line and field. */
export class ConfigError extends Error {}

export function readConfig(path: string): Config {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError(`Cannot read the config file ${path}: ${reason}.`, { cause })
  }
  return parseConfig(text, path)
}

export function parseConfig(text: string, path: string): Config {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [broken] = document.errors
  if (broken !== undefined) {
    const { line, col } = lines.linePos(broken.pos[0])
    throw new ConfigError(`${path}, line ${line}, column ${col}: ${broken.message}`)
  }
  const parsed = configFile.safeParse(document.toJS() ?? {}, { reportInput: true })
  if (!parsed.success) throw complain(parsed.error, document, lines, path)
  const names = parsed.data.clusters.map(({ name }) => name)
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index)
  if (twice !== -1) {
    const line = lineOf(document, lines, ['clusters', twice, 'name'])
    throw new ConfigError(
      `${path}, line ${line}, clusters[${twice}].name: "${names[twice]}" is there already; ` +
        'every cluster needs a name of its own.',
    )
  }
  return parsed.data
}

function complain(error: z.ZodError, document: Document, lines: LineCounter, path: string): Error {
  // A misspelt key is also a missing one; the first is what helps.
  const issue = error.issues.find(({ code }) => code === 'unrecognized_keys') ?? error.issues[0]
  if (issue === undefined) return new ConfigError(`${path}: ${error.message}`)
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const fields = unknown === undefined ? issue.path : [...issue.path, unknown]
  const line = lineOf(document, lines, fields)
  const problem =
    unknown === undefined
      ? messageOf(issue)
      : `is not known here. Known are ${knownKeys(issue.path).join(' and ')}.`
  return new ConfigError(`${path}, line ${line}, ${fieldName(fields) || 'the whole'}: ${problem}`)
}

function messageOf(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_type' && issue.input === undefined
    ? 'is missing'
    : issue.message.replace(/^Invalid input: /, '')
}

function knownKeys(path: readonly PropertyKey[]): string[] {
  if (path.length === 0) return Object.keys(configFile.shape)
  switch (path[2]) {
    case 'schemaRegistry':
      return Object.keys(schemaRegistry.shape)
    case 'protobuf':
      return Object.keys(path.includes('topics') ? protobufTopic.shape : protobuf.shape)
    default:
      return Object.keys(cluster.shape)
  }
}

/** clusters[1].bootstrap */
function fieldName(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '')
}

/** Line of the innermost field on the path that stands in the file. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
  }
  return 1
}
