// An Avro schema as JSON again: what parse.ts made of it, with every name in full, so that it
// means the same wherever it stands in a larger schema.

import { type AvroNode, isNamed, type Logical, type NamedNode } from './node.ts'

/** The value that JSON.stringify turns into the text of the schema. */
export function printAvro(root: AvroNode): unknown {
  const told = new Set<string>()
  const print = (node: AvroNode): unknown => {
    if (isNamed(node)) {
      if (told.has(node.name)) return node.name
      told.add(node.name)
    }
    switch (node.kind) {
      case 'primitive':
        return node.logical === null
          ? node.primitive
          : { type: node.primitive, ...printLogical(node.logical) }
      case 'fixed':
        return {
          ...namedParts(node),
          size: node.size,
          ...(node.logical === null ? {} : printLogical(node.logical)),
        }
      case 'enum':
        return {
          ...namedParts(node),
          symbols: node.symbols,
          ...(node.default === null ? {} : { default: node.default }),
        }
      case 'array':
        return { type: 'array', items: print(node.items) }
      case 'map':
        return { type: 'map', values: print(node.values) }
      case 'union':
        return node.branches.map(print)
      case 'record':
        return {
          ...namedParts(node),
          fields: node.fields.map((field) => ({
            name: field.name,
            ...(field.doc === null ? {} : { doc: field.doc }),
            type: print(field.type),
            ...(field.default === undefined ? {} : { default: field.default }),
            ...(field.aliases.length === 0 ? {} : { aliases: field.aliases }),
            ...(field.order === 'ascending' ? {} : { order: field.order }),
          })),
        }
    }
  }
  return print(root)
}

/** A name without a namespace says so, since the type around it may have one. */
function namedParts({ kind, name, doc, aliases }: NamedNode) {
  return {
    type: kind,
    name,
    ...(name.includes('.') ? {} : { namespace: '' }),
    ...(doc === null ? {} : { doc }),
    ...(aliases.length === 0 ? {} : { aliases }),
  }
}

function printLogical(logical: Logical): Record<string, unknown> {
  switch (logical.kind) {
    case 'decimal':
      return { logicalType: 'decimal', precision: logical.precision, scale: logical.scale }
    case 'time':
      return { logicalType: `time-${unitOf(logical.perSecond)}` }
    case 'timestamp':
      return {
        logicalType: `${logical.local ? 'local-' : ''}timestamp-${unitOf(logical.perSecond)}`,
      }
    default:
      return { logicalType: logical.kind }
  }
}

function unitOf(perSecond: number): string {
  return perSecond === 1_000 ? 'millis' : perSecond === 1_000_000 ? 'micros' : 'nanos'
}
