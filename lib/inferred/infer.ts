// A schema out of data: payload after payload is added, and at any time what was seen can be told.
//
// Memory is bounded whatever the data holds: so many places, so many distinct values, so many
// characters of both. An object with very many names, or with names that look like data, is a map,
// and its members are told as one.

import type { InferredField, ValueType } from '../contracts/inferred.ts'
import type { JsonNode } from '../format/json-tree.ts'
import { describeField, type Place, type StepOf } from './describe.ts'
import { Budget, Distinct } from './distinct.ts'
import { Node, VALUES_MAX } from './node.ts'

/** Places, over all levels. */
const NODES_MAX = 4_000
/** Deeper data counts as an object or a list, and is not looked into. */
const DEPTH_MAX = 16
/** Elements that are looked at of one list. */
const ELEMENTS_MAX = 1_000
/** With so many names an object is a map, whatever they are. */
const NAMES_MAX = 1_000
/** Each time that so many names have come, it is looked whether they are data. */
const NAMES_STEP = 200
/** Above it, most objects have most names: a record with many fields. */
const FIELDS_PRESENCE = 0.5
/** A map with fewer names than this cannot be told from a record. */
const MAP_NAMES_MIN = 20
const MAP_PRESENCE = 0.25
/** Names that are all identifiers or dates tell it sooner. */
const ID_NAMES_MIN = 3
const ID_NAME =
  /^(\d+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d{4}-\d{2}-\d{2}.*)$/i

export class Inference {
  /** Values in places beyond those that are told. */
  untold = 0
  /** Elements of lists that were not looked at. */
  skipped = 0
  private readonly budget: Budget
  private readonly root: Node
  private nodes = 1

  constructor(budget = new Budget()) {
    this.budget = budget
    this.root = new Node(budget)
  }

  /** One payload that is data. */
  add(data: JsonNode): void {
    this.visit(this.root, data, 0)
  }

  /** One payload that is a single value: a text, the digits of a number, or bytes. */
  addScalar(type: 'text' | 'number' | 'bytes', text: string): void {
    const { root } = this
    root.present++
    if (type === 'text') root.addText(text)
    else if (type === 'number') root.addNumber(text)
    else {
      root.addType('bytes')
      root.values.add(text)
    }
  }

  /** In the order of the data, each object before its members; the whole payload is the first. */
  fields(root: 'key' | 'value'): InferredField[] {
    if (this.root.present === 0) return []
    const fields: InferredField[] = []
    this.describe(this.root, { root, steps: [], places: this.root.present }, fields)
    return fields
  }

  private visit(node: Node, data: JsonNode, depth: number): void {
    node.present++
    switch (data.kind) {
      case 'null':
        node.addType('null')
        return
      case 'boolean':
        node.addType('boolean')
        node.values.add(String(data.value))
        return
      case 'number':
        node.addNumber(data.text)
        return
      case 'string':
        node.addText(data.value)
        return
      case 'array':
        node.addElements(data.items.length)
        if (depth < DEPTH_MAX) this.visitItems(node, data.items, depth)
        return
      case 'object':
        node.addType('object')
        if (depth < DEPTH_MAX) this.visitMembers(node, data.members, depth)
    }
  }

  private visitItems(node: Node, items: readonly JsonNode[], depth: number): void {
    if (items.length === 0) return
    if (node.items === null) {
      if (this.nodes >= NODES_MAX) {
        this.untold += items.length
        return
      }
      node.items = this.newNode()
    }
    const looked = Math.min(items.length, ELEMENTS_MAX)
    this.skipped += items.length - looked
    for (let at = 0; at < looked; at++) this.visit(node.items, items[at] as JsonNode, depth + 1)
  }

  private visitMembers(
    node: Node,
    members: readonly { name: string; node: JsonNode }[],
    depth: number,
  ): void {
    // Of a name that stands twice in one object the last value counts, as everywhere.
    const last = members.length > 1 ? lastOf(members) : members
    for (const { name, node: data } of last) {
      const child = this.memberOf(node, name)
      if (child === null) this.untold++
      else this.visit(child, data, depth + 1)
    }
  }

  private memberOf(node: Node, name: string): Node | null {
    if (node.folded !== null) {
      node.names?.add(name)
      return node.folded
    }
    const known = node.members.get(name)
    if (known !== undefined) return known
    const count = node.members.size
    const isMap =
      count >= NAMES_MAX ||
      (count >= NAMES_STEP && count % NAMES_STEP === 0 && presence(node) < FIELDS_PRESENCE) ||
      (this.nodes >= NODES_MAX && count >= MAP_NAMES_MIN)
    if (isMap) {
      this.fold(node)
      return this.memberOf(node, name)
    }
    if (this.nodes >= NODES_MAX || !this.budget.take(name.length)) return null
    const child = this.newNode()
    node.members.set(name, child)
    return child
  }

  private newNode(): Node {
    this.nodes++
    return new Node(this.budget)
  }

  /** The members become one; their names are kept as values are. */
  private fold(node: Node): void {
    const names = new Distinct(this.budget, VALUES_MAX)
    const one = this.newNode()
    for (const [name, child] of node.members) {
      this.budget.giveBack(name.length)
      names.add(name, child.present)
      this.merge(one, child)
    }
    node.members = new Map()
    node.names = names
    node.folded = one
  }

  /** All of `from` goes into `into`, with what stands below. */
  private merge(into: Node, from: Node): void {
    this.nodes--
    into.absorb(from)
    if (from.items !== null) {
      into.items ??= this.newNode()
      this.merge(into.items, from.items)
    }
    if (from.folded !== null) {
      if (into.folded === null) this.fold(into)
      this.merge(into.folded as Node, from.folded)
      if (from.names !== null) into.names?.absorb(from.names)
    }
    for (const [name, child] of from.members) {
      this.budget.giveBack(name.length)
      const target = this.memberOf(into, name)
      if (target !== null) this.merge(target, child)
      else this.untold += child.present
    }
  }

  private describe(node: Node, place: Place, fields: InferredField[]): void {
    if (node.folded === null && isMapLike(node)) this.fold(node)
    fields.push(describeField(node, place))
    const below = (step: StepOf, places: number): Place => ({
      root: place.root,
      steps: [...place.steps, step],
      places,
    })
    const objects = node.countOf('object')
    for (const [name, child] of node.members) {
      this.describe(child, below({ kind: 'name', name }, objects), fields)
    }
    if (node.folded !== null) {
      this.describe(node.folded, below({ kind: 'any' }, node.folded.present), fields)
    }
    if (node.items !== null) {
      this.describe(node.items, below({ kind: 'element' }, node.items.present), fields)
    }
  }
}

function lastOf(members: readonly { name: string; node: JsonNode }[]) {
  const names = new Set<string>()
  for (const { name } of members) names.add(name)
  if (names.size === members.length) return members
  const last = new Map(members.map((member) => [member.name, member]))
  return [...last.values()]
}

/** In what share of the objects a name is, on average. */
function presence(node: Node): number {
  let sum = 0
  for (const child of node.members.values()) sum += child.present
  return sum / Math.max(1, node.members.size * node.countOf('object'))
}

/** Whether the names of the members are data: identifiers, or many that each come seldom. */
function isMapLike(node: Node): boolean {
  const { members } = node
  if (members.size < ID_NAMES_MIN || !isOfOneKind(members.values())) return false
  let areIds = true
  for (const name of members.keys()) areIds &&= ID_NAME.test(name)
  return areIds || (members.size >= MAP_NAMES_MIN && presence(node) < MAP_PRESENCE)
}

function isOfOneKind(nodes: Iterable<Node>): boolean {
  const kinds = new Set<ValueType>()
  for (const node of nodes) {
    for (const type of node.types.keys()) {
      if (type !== 'null') kinds.add(type === 'integer' ? 'number' : type)
    }
  }
  return kinds.size <= 1
}
