// confluent-kafka's registry client and serializers (PyPI). Installed once into .cache/.

import { join } from 'node:path'
import { runOk } from '../process.ts'
import { pythonEnvironment } from './python.ts'

const { python, absence } = pythonEnvironment(
  'confluent-registry',
  'confluent-kafka[avro,protobuf,json,schemaregistry]',
  'import confluent_kafka.schema_registry.avro, google.protobuf, jsonschema',
)
const script = join(import.meta.dirname, 'confluent-registry.py')

export interface ShownRecord {
  topic: string
  key: string
  value: unknown
}

export const confluentRegistry = {
  absence,

  /** Writes `count` records of each kind, and answers what was meant. */
  async produce(bootstrap: string, registry: string, count: number): Promise<ShownRecord[]> {
    return records(await runOk(python, [script, 'produce', bootstrap, registry, String(count)]))
  },

  /** What the deserializers read back. */
  async consume(bootstrap: string, registry: string): Promise<ShownRecord[]> {
    return records(await runOk(python, [script, 'consume', bootstrap, registry]))
  },

  /** Registers `count` schemas that everybody registers and as many of its own; their ids by name. */
  async register(registry: string, name: string, count: number): Promise<Map<string, number>> {
    const output = await runOk(python, [script, 'write', registry, name, String(count)])
    const ids = new Map<string, number>()
    for (const line of output.split('\n').filter(Boolean)) {
      const { schema, id } = JSON.parse(line) as { schema: string; id: number }
      ids.set(schema, id)
    }
    return ids
  },

  /** What came of each setting of the serializers, by name. */
  async settings(registry: string): Promise<Record<string, unknown>> {
    return JSON.parse(await runOk(python, [script, 'settings', registry])) as Record<
      string,
      unknown
    >
  },
}

function records(output: string): ShownRecord[] {
  return output
    .split('\n')
    .filter(Boolean)
    .map((line) => digitsKept(line) as ShownRecord)
}

/** JSON with its numbers as texts of their own digits, and every name its own, `__proto__` too. */
export function digitsKept(json: string): unknown {
  const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g
  return JSON.parse(
    json.replace(tokens, (token) =>
      token.startsWith('"') ? token : `"#${token.replace(/\.0$/, '')}"`,
    ),
  )
}
