// An Avro schema as a tree with all names resolved (Apache Avro 1.12, "Schema Declaration").
// A named type that is used again is the same node, so a recursive schema is a graph.

export type Primitive =
  | 'null'
  | 'boolean'
  | 'int'
  | 'long'
  | 'float'
  | 'double'
  | 'bytes'
  | 'string'

/** A logical type that is valid where it stands; one that is not is ignored, as Avro says. */
export type Logical =
  | { kind: 'decimal'; precision: number; scale: number }
  | { kind: 'big-decimal' }
  | { kind: 'uuid' }
  | { kind: 'date' }
  | { kind: 'time'; perSecond: 1_000 | 1_000_000 }
  | { kind: 'timestamp'; perSecond: 1_000 | 1_000_000 | 1_000_000_000; local: boolean }
  | { kind: 'duration' }

export interface PrimitiveNode {
  kind: 'primitive'
  primitive: Primitive
  logical: Logical | null
}

export interface NamedParts {
  /** Full name. */
  name: string
  /** Full names. */
  aliases: readonly string[]
  doc: string | null
}

export interface FixedNode extends NamedParts {
  kind: 'fixed'
  size: number
  logical: Logical | null
}

export interface EnumNode extends NamedParts {
  kind: 'enum'
  symbols: readonly string[]
  default: string | null
}

export interface AvroField {
  name: string
  aliases: readonly string[]
  doc: string | null
  type: AvroNode
  /** As JSON has it; undefined for none, which null is not. */
  default: unknown
  order: 'ascending' | 'descending' | 'ignore'
}

export interface RecordNode extends NamedParts {
  kind: 'record'
  fields: readonly AvroField[]
}

export interface ArrayNode {
  kind: 'array'
  items: AvroNode
}

export interface MapNode {
  kind: 'map'
  values: AvroNode
}

export interface UnionNode {
  kind: 'union'
  branches: readonly AvroNode[]
}

export type AvroNode =
  | PrimitiveNode
  | FixedNode
  | EnumNode
  | RecordNode
  | ArrayNode
  | MapNode
  | UnionNode

export type NamedNode = FixedNode | EnumNode | RecordNode

export function isNamed(node: AvroNode): node is NamedNode {
  return node.kind === 'fixed' || node.kind === 'enum' || node.kind === 'record'
}

/** What tells the branches of a union apart: the full name, or the kind. */
export function branchName(node: AvroNode): string {
  if (node.kind === 'primitive') return node.primitive
  return isNamed(node) ? node.name : node.kind
}
