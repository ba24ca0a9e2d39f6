// What a config definition is: a name with a type, a default, a check and a sentence of
// documentation. The tables are in topic-configs.ts and broker-configs.ts.
//
// Values are kept and sent as text, as in Kafka's protocol; `parse…` turn checked text into
// what the engine uses.

/** Kafka's numbers of config types, as DescribeConfigs sends them. */
export const CONFIG_TYPE_CODES = {
  boolean: 1,
  string: 2,
  int: 3,
  short: 4,
  long: 5,
  double: 6,
  list: 7,
  class: 8,
  password: 9,
} as const

export type ConfigType = keyof typeof CONFIG_TYPE_CODES

export interface ConfigDefinition {
  readonly name: string
  readonly type: ConfigType
  /** Null: no value unless one is set. */
  readonly default: string | null
  readonly documentation: string
  /** Answers what is wrong with a value of the right type, or undefined. */
  readonly check: ((value: string) => string | undefined) | undefined
}

const INT_MAX = 2147483647n
const RANGES: Partial<Record<ConfigType, readonly [bigint, bigint]>> = {
  short: [-32768n, 32767n],
  int: [-2147483648n, INT_MAX],
  long: [-9223372036854775808n, 9223372036854775807n],
}

/** What is wrong with `value` as a value of the config, in the words that Kafka's clients show. */
export function validateConfig(definition: ConfigDefinition, value: string): string | undefined {
  const wrongType = checkType(definition, value)
  if (wrongType !== undefined) return wrongType
  const reason = definition.check?.(value.trim())
  if (reason === undefined) return undefined
  return `Invalid value ${value} for configuration ${definition.name}: ${reason}`
}

function checkType({ name, type }: ConfigDefinition, value: string): string | undefined {
  const text = value.trim()
  const fail = (reason: string) => `Invalid value ${value} for configuration ${name}: ${reason}`
  if (type === 'boolean') {
    return /^(true|false)$/i.test(text)
      ? undefined
      : fail('Expected value to be either true or false')
  }
  if (type === 'double') {
    return text !== '' && Number.isFinite(Number(text))
      ? undefined
      : fail('Not a number of type DOUBLE')
  }
  const range = RANGES[type]
  if (range === undefined) return undefined
  if (!/^[+-]?\d{1,19}$/.test(text)) return fail(`Not a number of type ${type.toUpperCase()}`)
  const number = BigInt(text.replace(/^\+/, ''))
  return number < range[0] || number > range[1]
    ? fail(`Not a number of type ${type.toUpperCase()}`)
    : undefined
}

type Check = (value: string) => string | undefined

export function atLeast(least: number): Check {
  return (value) => (Number(value) < least ? `Value must be at least ${least}` : undefined)
}

export function between(least: number, most: number): Check {
  return (value) => {
    const number = Number(value)
    if (number < least) return `Value must be at least ${least}`
    return number > most ? `Value must be no more than ${most}` : undefined
  }
}

export function oneOf(...allowed: string[]): Check {
  return (value) =>
    allowed.includes(value) ? undefined : `String must be one of: ${allowed.join(', ')}`
}

export function listOfAny(...allowed: string[]): Check {
  return (value) => {
    const items = value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
    if (new Set(items).size !== items.length) return 'must not name a value twice'
    return items.every((item) => allowed.includes(item))
      ? undefined
      : `must be a list of ${allowed.join(', ')}`
  }
}

/** `*`, nothing, or `partition:broker` pairs, as the throttled replicas are written. */
export const throttledReplicas: Check = (value) => {
  if (value === '' || value === '*') return undefined
  return /^\d+:\d+(\s*,\s*\d+:\d+)*$/.test(value)
    ? undefined
    : "must be the literal '*' or a list of replicas of the form partition:broker"
}

/** `value` must be one that `validateConfig` accepted for a numeric type. */
export function parseNumber(value: string): number {
  return Number(value.trim())
}

export function parseBoolean(value: string): boolean {
  return value.trim().toLowerCase() === 'true'
}

export function parseList(value: string): string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
