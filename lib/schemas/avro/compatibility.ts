// Whether data of one Avro schema can be read with another (Apache Avro 1.12, "Schema
// Resolution"): by name and alias, with defaults for what is missing and the promotions that
// Avro allows.

import type { Incompatibility } from '../incompatibility.ts'
import {
  type AvroField,
  type AvroNode,
  branchName,
  isNamed,
  type NamedNode,
  type Primitive,
  type RecordNode,
} from './node.ts'

/** By what is read, what may have been written. */
const PROMOTIONS: Partial<Record<Primitive, readonly Primitive[]>> = {
  long: ['int'],
  float: ['int', 'long'],
  double: ['int', 'long', 'float'],
  bytes: ['string'],
  string: ['bytes'],
}

/** Everything that keeps `reader` from reading what `writer` wrote. */
export function avroIncompatibilities(reader: AvroNode, writer: AvroNode): Incompatibility[] {
  return new Comparison().compare(reader, writer, '')
}

class Comparison {
  /** Pairs that were compared, or are about to be: a recursive schema meets them again. */
  private readonly done = new Map<AvroNode, Map<AvroNode, Incompatibility[]>>()

  compare(reader: AvroNode, writer: AvroNode, path: string): Incompatibility[] {
    if (!isNamed(reader) || !isNamed(writer)) return this.compareNow(reader, writer, path)
    let known = this.done.get(reader)
    if (known === undefined) {
      known = new Map()
      this.done.set(reader, known)
    }
    const before = known.get(writer)
    if (before !== undefined) return before
    // While it is under way it counts as compatible; what is wrong is told where it stands.
    known.set(writer, [])
    const found = this.compareNow(reader, writer, path)
    known.set(writer, found)
    return found
  }

  private compareNow(reader: AvroNode, writer: AvroNode, path: string): Incompatibility[] {
    if (writer.kind === 'union') {
      return writer.branches.flatMap((branch, index) =>
        this.isReadable(reader, branch) ? [] : [missingBranch(reader, branch, `${path}/${index}`)],
      )
    }
    if (reader.kind === 'union') {
      const isThere = reader.branches.some((branch) => this.isReadable(branch, writer))
      return isThere ? [] : [missingBranch(reader, writer, path)]
    }
    if (reader.kind === 'primitive' && writer.kind === 'primitive') {
      const from = PROMOTIONS[reader.primitive] ?? []
      const fits = reader.primitive === writer.primitive || from.includes(writer.primitive)
      return fits ? [] : [typeMismatch(reader, writer, path)]
    }
    if (reader.kind !== writer.kind) return [typeMismatch(reader, writer, path)]
    switch (reader.kind) {
      case 'array':
        return this.compare(reader.items, (writer as typeof reader).items, `${path}/items`)
      case 'map':
        return this.compare(reader.values, (writer as typeof reader).values, `${path}/values`)
      case 'fixed':
        return [
          ...nameMismatch(reader, writer as typeof reader, path),
          ...(reader.size === (writer as typeof reader).size
            ? []
            : [
                {
                  type: 'FIXED_SIZE_MISMATCH',
                  path: `${path}/size`,
                  message: `"${reader.name}" has ${reader.size} bytes, and had ${(writer as typeof reader).size}`,
                },
              ]),
        ]
      case 'enum': {
        const missing = (writer as typeof reader).symbols.filter(
          (symbol) => !reader.symbols.includes(symbol),
        )
        const isCovered = missing.length === 0 || reader.default !== null
        return [
          ...nameMismatch(reader, writer as typeof reader, path),
          ...(isCovered
            ? []
            : [
                {
                  type: 'MISSING_ENUM_SYMBOLS',
                  path: `${path}/symbols`,
                  message: `"${reader.name}" has no ${missing.join(', ')} and no default for what it does not know`,
                },
              ]),
        ]
      }
      case 'record':
        return [
          ...nameMismatch(reader, writer as RecordNode, path),
          ...this.compareFields(reader, writer as RecordNode, path),
        ]
      default:
        return []
    }
  }

  private compareFields(reader: RecordNode, writer: RecordNode, path: string): Incompatibility[] {
    return reader.fields.flatMap((field, index) => {
      const at = `${path}/fields/${index}`
      const written = findField(writer, field)
      if (written !== undefined) return this.compare(field.type, written.type, `${at}/type`)
      const hasDefault =
        field.default !== undefined || (field.type.kind === 'enum' && field.type.default !== null)
      if (hasDefault) return []
      return [
        {
          type: 'READER_FIELD_MISSING_DEFAULT_VALUE',
          path: at,
          message: `the field "${field.name}" is not in what is read and has no default`,
        },
      ]
    })
  }

  private isReadable(reader: AvroNode, writer: AvroNode): boolean {
    return this.compare(reader, writer, '').length === 0
  }
}

function findField(writer: RecordNode, { name, aliases }: AvroField): AvroField | undefined {
  return (
    writer.fields.find((one) => one.name === name) ??
    writer.fields.find((one) => aliases.includes(one.name))
  )
}

/** Without their namespaces, as Avro's own implementation compares them. */
function nameMismatch(reader: NamedNode, writer: NamedNode, path: string): Incompatibility[] {
  const plain = (name: string) => name.slice(name.lastIndexOf('.') + 1)
  const fits = plain(reader.name) === plain(writer.name) || reader.aliases.includes(writer.name)
  if (fits) return []
  return [
    {
      type: 'NAME_MISMATCH',
      path: `${path}/name`,
      message: `the type is called "${reader.name}", and was called "${writer.name}"`,
    },
  ]
}

function typeMismatch(reader: AvroNode, writer: AvroNode, path: string): Incompatibility {
  const message = `${branchName(writer)} cannot be read as ${branchName(reader)}`
  return { type: 'TYPE_MISMATCH', path: path === '' ? '/' : path, message }
}

function missingBranch(reader: AvroNode, writer: AvroNode, path: string): Incompatibility {
  if (reader.kind !== 'union') return typeMismatch(reader, writer, path)
  return {
    type: 'MISSING_UNION_BRANCH',
    path: path === '' ? '/' : path,
    message: `the union of ${reader.branches.map(branchName).join(', ')} has no branch that reads ${branchName(writer)}`,
  }
}
