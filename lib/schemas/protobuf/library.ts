// Many .proto files and descriptor sets at once, as folders hold them: which messages they
// declare, and each of them ready to read with. A file that cannot be used is told by its name and
// line and takes nothing away from the others.

import protobuf, { type NamespaceBase, Type } from 'protobufjs'
import { type CompiledSchema, SchemaError } from '../schema.ts'
import { compileMessage } from './compile.ts'
import {
  type DeclaredMessage,
  fullNameOf,
  knownImport,
  OPTIONS,
  type ProtobufFile,
  readDescriptorSet,
} from './file.ts'

export interface ProtoSource {
  /** As imports name it: its path below the folder that was given. */
  name: string
  /** For people. */
  path: string
  text: string
}

export interface CompiledSet {
  path: string
  bytes: Uint8Array
}

/** Most messages that are listed. */
export const MESSAGES_MAX = 10_000
const PROBLEMS_MAX = 50

export class ProtoLibrary {
  /** Full names, sorted. */
  readonly messages: readonly string[]
  /** A sentence for each file that cannot be used, with its name and line. */
  readonly problems: readonly string[]
  private readonly sources: readonly ProtoSource[]
  private readonly places = new Map<string, ProtoSource | ProtobufFile>()

  /** `problems`: of reading the files, told before those of what is in them. */
  constructor(
    sources: readonly ProtoSource[],
    sets: readonly CompiledSet[],
    problems: readonly string[] = [],
  ) {
    this.sources = sources
    const found = [...problems]
    for (const source of sources) this.attempt(found, () => this.addSource(source))
    for (const set of sets) this.attempt(found, () => this.addSet(set))
    this.messages = [...this.places.keys()].sort()
    this.problems = found.slice(0, PROBLEMS_MAX)
  }

  private attempt(problems: string[], add: () => void): void {
    try {
      add()
    } catch (error) {
      if (!(error instanceof SchemaError)) throw error
      problems.push(error.message)
    }
  }

  private addSource(source: ProtoSource): void {
    const { root } = readInto(new protobuf.Root(), source)
    for (const name of messagesIn(root)) this.place(name, source)
  }

  private addSet({ path, bytes }: CompiledSet): void {
    let file: ProtobufFile
    try {
      file = readDescriptorSet(bytes)
    } catch (error) {
      if (error instanceof SchemaError) throw new SchemaError(`${path}: ${error.message}`)
      throw error
    }
    const add = ({ type, nested }: DeclaredMessage) => {
      this.place(fullNameOf(type), file)
      nested.forEach(add)
    }
    file.messages.forEach(add)
  }

  /** The first file that declares it counts. */
  private place(name: string, file: ProtoSource | ProtobufFile): void {
    if (this.places.size < MESSAGES_MAX && !this.places.has(name)) this.places.set(name, file)
  }

  /** The message of this full name. Throws SchemaError. */
  compile(message: string): CompiledSchema {
    const place = this.places.get(message)
    if (place === undefined) {
      const [problem] = this.problems
      const others = problem === undefined ? '' : ` Not all of them can be used: ${problem}`
      throw new SchemaError(`None of the .proto files declares the message "${message}".${others}`)
    }
    const file = 'root' in place ? place : this.resolve(place)
    return compileMessage(file, { name: message })
  }

  /** The file with all that it imports. */
  private resolve(source: ProtoSource): ProtobufFile {
    const root = new protobuf.Root()
    const done = new Set<string>()
    const missing: string[] = []
    const include = (one: ProtoSource) => {
      if (done.has(one.path)) return
      done.add(one.path)
      for (const name of readInto(root, one).imports) {
        if (done.has(name)) continue
        const found = this.find(name)
        if (found !== undefined) {
          include(found)
          continue
        }
        done.add(name)
        const known = knownImport(name)
        if (known === undefined) {
          const line = lineOf(one.text, name)
          missing.push(`${one.path}, line ${line}: imports "${name}", which is none of the files.`)
        } else if (typeof known === 'string') {
          readInto(root, { name, path: name, text: known })
        } else root.addJSON(known)
      }
    }
    include(source)
    try {
      root.resolveAll()
    } catch (error) {
      if (error instanceof RangeError) throw new SchemaError(`${source.path}: nested too deeply.`)
      // What only options refer to does not matter for reading, so a missing import may be no harm.
      throw new SchemaError(missing[0] ?? `${source.path}: ${(error as Error).message}.`)
    }
    return { root, package: undefined, messages: [] }
  }

  /** By its name; or the one file whose path ends as the import does, or that the import ends as. */
  private find(name: string): ProtoSource | undefined {
    const exact = this.sources.find((source) => source.name === name)
    if (exact !== undefined || knownImport(name) !== undefined) return exact
    const alike = this.sources.filter(
      (source) => source.name.endsWith(`/${name}`) || name.endsWith(`/${source.name}`),
    )
    return alike.length === 1 ? alike[0] : undefined
  }
}

function readInto(root: protobuf.Root, { path, text }: ProtoSource) {
  try {
    const { imports, weakImports } = protobuf.parse(text, root, OPTIONS)
    return { root, imports: [...(imports ?? []), ...(weakImports ?? [])] }
  } catch (error) {
    if (error instanceof RangeError) throw new SchemaError(`${path}: nested too deeply.`)
    const { message } = error as Error
    const line = /\(line (\d+)\)/.exec(message)?.[1]
    const problem = message.replace(/\s*\(line \d+\)/, '')
    throw new SchemaError(`${path}${line === undefined ? '' : `, line ${line}`}: ${problem}.`)
  }
}

function messagesIn(place: NamespaceBase): string[] {
  return place.nestedArray.flatMap((object) => {
    if (object instanceof Type && (object as { group?: boolean }).group === true) return []
    const own = object instanceof Type ? [fullNameOf(object)] : []
    return object instanceof protobuf.Namespace ? [...own, ...messagesIn(object)] : own
  })
}

/** Of the statement that imports this. */
function lineOf(text: string, name: string): number {
  const lines = text.split('\n')
  const at = lines.findIndex((line) => /^\s*import\b/.test(line) && line.includes(name))
  return Math.max(at, 0) + 1
}
