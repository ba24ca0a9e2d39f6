// A FileDescriptorProto as .proto text. Clients that have only the compiled form register the
// base64 of it; people, references and other clients want the text. Options that only their own
// definition explains are left out, since the descriptor does not name them.

import descriptor from 'protobufjs/ext/descriptor'

interface Named {
  name?: string
}

interface FieldProto extends Named {
  number?: number
  label?: number
  type?: number
  typeName?: string
  extendee?: string
  defaultValue?: string
  oneofIndex?: number
  jsonName?: string
  proto3Optional?: boolean
  options?: Record<string, unknown>
}

interface Range {
  start?: number
  end?: number
}

interface EnumProto extends Named {
  value?: (Named & { number?: number; options?: Record<string, unknown> })[]
  options?: Record<string, unknown>
  reservedRange?: Range[]
  reservedName?: string[]
}

interface MessageProto extends Named {
  field?: FieldProto[]
  extension?: FieldProto[]
  nestedType?: MessageProto[]
  enumType?: EnumProto[]
  extensionRange?: Range[]
  oneofDecl?: Named[]
  options?: Record<string, unknown> & { mapEntry?: boolean }
  reservedRange?: Range[]
  reservedName?: string[]
}

interface FileProto extends Named {
  package?: string
  syntax?: string
  edition?: number
  dependency?: string[]
  publicDependency?: number[]
  weakDependency?: number[]
  messageType?: MessageProto[]
  enumType?: EnumProto[]
  service?: (Named & {
    method?: (Named & {
      inputType?: string
      outputType?: string
      clientStreaming?: boolean
      serverStreaming?: boolean
    })[]
  })[]
  extension?: FieldProto[]
  options?: Record<string, unknown>
}

const TYPES = [
  '',
  'double',
  'float',
  'int64',
  'uint64',
  'int32',
  'fixed64',
  'fixed32',
  'bool',
  'string',
  'group',
  'message',
  'bytes',
  'uint32',
  'enum',
  'sfixed32',
  'sfixed64',
  'sint32',
  'sint64',
]
const GROUP = 10
const LABEL_REQUIRED = 2
const LABEL_REPEATED = 3
const EDITIONS = new Map([
  [1000, '2023'],
  [1001, '2024'],
])
/** Field options that can be written without another file. */
const FIELD_OPTIONS: readonly [string, string][] = [
  ['packed', 'packed'],
  ['deprecated', 'deprecated'],
  ['lazy', 'lazy'],
]
const FILE_OPTIONS: readonly [string, string][] = [
  ['javaPackage', 'java_package'],
  ['javaOuterClassname', 'java_outer_classname'],
  ['javaMultipleFiles', 'java_multiple_files'],
  ['goPackage', 'go_package'],
  ['csharpNamespace', 'csharp_namespace'],
  ['objcClassPrefix', 'objc_class_prefix'],
  ['phpNamespace', 'php_namespace'],
  ['rubyPackage', 'ruby_package'],
  ['deprecated', 'deprecated'],
]

/** Throws where the bytes are no FileDescriptorProto. */
export function printFileDescriptor(bytes: Uint8Array): string {
  const file = descriptor.FileDescriptorProto.decode(bytes) as unknown as FileProto
  return new Printer(file).print()
}

class Printer {
  private readonly file: FileProto
  private readonly isProto3: boolean
  private readonly isEdition: boolean
  private readonly lines: string[] = []
  private depth = 0

  constructor(file: FileProto) {
    this.file = file
    this.isProto3 = file.syntax === 'proto3'
    this.isEdition = file.syntax === 'editions'
  }

  print(): string {
    const { file } = this
    if (this.isEdition) this.line(`edition = "${EDITIONS.get(file.edition ?? 1000) ?? '2023'}";`)
    else this.line(`syntax = "${this.isProto3 ? 'proto3' : 'proto2'}";`)
    if (file.package) this.line(`package ${file.package};`)
    this.line('')
    for (const [index, name] of (file.dependency ?? []).entries()) {
      const isPublic = file.publicDependency?.includes(index) === true
      const isWeak = file.weakDependency?.includes(index) === true
      this.line(`import ${isPublic ? 'public ' : isWeak ? 'weak ' : ''}${JSON.stringify(name)};`)
    }
    for (const [key, name] of FILE_OPTIONS) {
      const value = file.options?.[key]
      if (value !== undefined && value !== '' && value !== false && value !== null) {
        this.line(`option ${name} = ${JSON.stringify(value)};`)
      }
    }
    for (const message of file.messageType ?? []) {
      this.line('')
      this.message(message, file.messageType ?? [])
    }
    for (const one of file.enumType ?? []) {
      this.line('')
      this.enum(one)
    }
    this.extensions(file.extension ?? [], [])
    for (const service of file.service ?? []) {
      this.block(`service ${service.name}`, () => {
        for (const method of service.method ?? []) {
          const input = `${method.clientStreaming ? 'stream ' : ''}${method.inputType}`
          const output = `${method.serverStreaming ? 'stream ' : ''}${method.outputType}`
          this.line(`rpc ${method.name} (${input}) returns (${output});`)
        }
      })
    }
    return `${this.lines
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim()}\n`
  }

  private line(text: string): void {
    this.lines.push(text === '' ? '' : `${'  '.repeat(this.depth)}${text}`)
  }

  private block(head: string, body: () => void): void {
    this.line(`${head} {`)
    this.depth++
    body()
    this.depth--
    this.line('}')
  }

  private message(message: MessageProto, beside: readonly MessageProto[]): void {
    if (message.options?.mapEntry === true || this.isGroupOf(message, beside)) return
    this.block(`message ${message.name}`, () => this.body(message))
  }

  private body(message: MessageProto): void {
    const nested = message.nestedType ?? []
    if (message.options?.deprecated === true) this.line('option deprecated = true;')
    this.reserved(message)
    for (const { start = 0, end = 0 } of message.extensionRange ?? []) {
      this.line(`extensions ${rangeText(start, end - 1, 536_870_911)};`)
    }
    const oneofs = message.oneofDecl ?? []
    const done = new Set<number>()
    for (const field of message.field ?? []) {
      const index = oneofOf(field)
      if (index === null || field.proto3Optional === true) {
        this.field(field, nested, true)
      } else if (!done.has(index) && oneofs[index] !== undefined) {
        done.add(index)
        this.block(`oneof ${oneofs[index].name}`, () => {
          for (const other of message.field ?? []) {
            if (oneofOf(other) === index) this.field(other, nested, false)
          }
        })
      }
    }
    for (const inner of nested) this.innerMessage(inner, message)
    for (const one of message.enumType ?? []) this.enum(one)
    this.extensions(message.extension ?? [], nested)
  }

  /** Groups are written where their field is. */
  private innerMessage(inner: MessageProto, around: MessageProto): void {
    if (inner.options?.mapEntry === true || groupFieldOf(inner, around.field ?? [])) return
    this.block(`message ${inner.name}`, () => this.body(inner))
  }

  private isGroupOf(message: MessageProto, beside: readonly MessageProto[]): boolean {
    return (
      beside === this.file.messageType &&
      groupFieldOf(message, this.file.extension ?? []) !== undefined
    )
  }

  private field(field: FieldProto, nested: readonly MessageProto[], hasLabel: boolean): void {
    const { name, number } = field
    const options = this.fieldOptions(field)
    const inner = nested.find((message) => field.typeName?.endsWith(`.${message.name}`) === true)
    if (inner?.options?.mapEntry === true) {
      const [key, value] = inner.field ?? []
      if (key !== undefined && value !== undefined) {
        this.line(`map<${this.typeOf(key)}, ${this.typeOf(value)}> ${name} = ${number}${options};`)
        return
      }
    }
    const label = hasLabel ? this.labelOf(field) : ''
    if (field.type === GROUP && inner !== undefined && !this.isEdition) {
      this.block(`${label}group ${inner.name} = ${number}${options}`, () => this.body(inner))
      return
    }
    this.line(`${label}${this.typeOf(field)} ${name} = ${number}${options};`)
  }

  private labelOf(field: FieldProto): string {
    if (field.label === LABEL_REPEATED) return 'repeated '
    if (this.isEdition) return ''
    if (this.isProto3) return field.proto3Optional === true ? 'optional ' : ''
    return field.label === LABEL_REQUIRED ? 'required ' : 'optional '
  }

  private typeOf(field: FieldProto): string {
    return field.typeName ? field.typeName : (TYPES[field.type ?? 0] ?? 'bytes')
  }

  private fieldOptions(field: FieldProto): string {
    const options: string[] = []
    if (
      field.defaultValue !== undefined &&
      field.defaultValue !== null &&
      field.defaultValue !== ''
    ) {
      const isText = TYPES[field.type ?? 0] === 'string' || TYPES[field.type ?? 0] === 'bytes'
      options.push(`default = ${isText ? JSON.stringify(field.defaultValue) : field.defaultValue}`)
    }
    if (field.jsonName && field.jsonName !== camelCase(field.name ?? '')) {
      options.push(`json_name = ${JSON.stringify(field.jsonName)}`)
    }
    for (const [key, name] of FIELD_OPTIONS) {
      const value = field.options?.[key]
      if (typeof value === 'boolean' && (value || key === 'packed'))
        options.push(`${name} = ${value}`)
    }
    return options.length === 0 ? '' : ` [${options.join(', ')}]`
  }

  private enum(one: EnumProto): void {
    this.block(`enum ${one.name}`, () => {
      if (one.options?.allowAlias === true) this.line('option allow_alias = true;')
      this.reserved(one, true)
      for (const { name, number, options } of one.value ?? []) {
        this.line(
          `${name} = ${number ?? 0}${options?.deprecated === true ? ' [deprecated = true]' : ''};`,
        )
      }
    })
  }

  private reserved(of: { reservedRange?: Range[]; reservedName?: string[] }, isEnum = false): void {
    for (const { start = 0, end = 0 } of of.reservedRange ?? []) {
      const last = isEnum ? end : end - 1
      this.line(`reserved ${rangeText(start, last, isEnum ? 2_147_483_647 : 536_870_911)};`)
    }
    const names = of.reservedName ?? []
    if (names.length > 0) {
      const shown = this.isEdition ? names : names.map((name) => JSON.stringify(name))
      this.line(`reserved ${shown.join(', ')};`)
    }
  }

  private extensions(fields: readonly FieldProto[], nested: readonly MessageProto[]): void {
    for (const extendee of new Set(fields.map((field) => field.extendee))) {
      this.block(`extend ${extendee}`, () => {
        for (const field of fields) if (field.extendee === extendee) this.field(field, nested, true)
      })
    }
  }
}

/** A decoded message answers 0 for what it does not have. */
function oneofOf(field: FieldProto): number | null {
  return Object.hasOwn(field, 'oneofIndex') ? (field.oneofIndex ?? null) : null
}

function groupFieldOf(
  message: MessageProto,
  fields: readonly FieldProto[],
): FieldProto | undefined {
  return fields.find(
    (field) => field.type === GROUP && field.typeName?.endsWith(`.${message.name}`) === true,
  )
}

function rangeText(start: number, last: number, max: number): string {
  if (start === last) return String(start)
  return `${start} to ${last >= max ? 'max' : last}`
}

/** As protoc makes a JSON name of a field's. */
function camelCase(name: string): string {
  return name.replace(/_+([a-zA-Z0-9])/g, (_, next: string) => next.toUpperCase())
}
