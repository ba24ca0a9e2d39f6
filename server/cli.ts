// The command line of `riverglass`: which flags there are, and what they come to.
//
// Pure: text in, a Command or a UsageError out. Nothing is opened, bound or written here.

import { parseArgs } from 'node:util'
import { type BrokerConfigFlag, parseBrokerConfigs } from './broker-config-flags.ts'
import { helpText } from './cli-help.ts'
import { UsageError } from './usage-error.ts'

export { UsageError } from './usage-error.ts'

export interface StartOptions {
  dataFolder: string
  brokers: number
  kafkaPort: number
  /** Undefined for the usual one; false with --no-registry. */
  registryPort: number | undefined | false
  port: number
  host: string
  /** False with --no-console. */
  console: boolean
  /** False with --no-cluster. */
  cluster: boolean
  configFile?: string
  brokerConfigs?: readonly BrokerConfigFlag[]
}

export type Command = { kind: 'start'; options: StartOptions } | { kind: 'print'; text: string }

const flags = {
  data: { type: 'string' },
  brokers: { type: 'string' },
  'kafka-port': { type: 'string' },
  'registry-port': { type: 'string' },
  'no-registry': { type: 'boolean' },
  port: { type: 'string' },
  host: { type: 'string' },
  config: { type: 'string' },
  'broker-config': { type: 'string', multiple: true },
  'no-console': { type: 'boolean' },
  'no-cluster': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const

type Flag = keyof typeof flags
const brokersMax = 32
const seeHelp = 'Run "riverglass --help" for what there is.'

const clusterFlags: readonly Flag[] = [
  'data',
  'brokers',
  'kafka-port',
  'registry-port',
  'no-registry',
  'broker-config',
]

export function parseCommandLine(args: readonly string[], version: string): Command {
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options: flags,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  for (const token of tokens) {
    if (token.kind === 'option') checkFlag(token)
  }
  if (values.help === true) return { kind: 'print', text: helpText }
  if (values.version === true) return { kind: 'print', text: version }

  const [command, ...rest] = positionals
  if (command !== undefined && command !== 'start') {
    throw new UsageError(`Unknown command "${command}". ${seeHelp}`)
  }
  if (rest.length > 0) throw new UsageError(`Unexpected argument "${rest[0]}". ${seeHelp}`)

  const text = (flag: Flag): string | undefined => {
    const value = values[flag]
    return typeof value === 'string' ? value : undefined
  }
  const number = (flag: Flag, otherwise: number, min: number, max: number): number => {
    const given = text(flag)
    return given === undefined ? otherwise : wholeNumber(flag, given, min, max)
  }
  const registryPort = (): number | undefined | false => {
    if (values['no-registry'] === true) return false
    if (text('registry-port') !== undefined) return number('registry-port', 0, 0, 65_535)
    // Who leaves the brokers' ports to the system leaves this one to it, too.
    return text('kafka-port') === '0' ? 0 : undefined
  }
  const configFile = text('config')
  const brokers = number('brokers', 3, 1, brokersMax)
  const brokerConfigs = values['broker-config']
  const options: StartOptions = {
    dataFolder: text('data') ?? './data',
    brokers,
    kafkaPort: number('kafka-port', 9092, 0, 65_535),
    registryPort: registryPort(),
    port: number('port', 3000, 0, 65_535),
    host: text('host') ?? '127.0.0.1',
    console: values['no-console'] !== true,
    cluster: values['no-cluster'] !== true,
    ...(configFile === undefined ? {} : { configFile }),
    ...(Array.isArray(brokerConfigs)
      ? { brokerConfigs: parseBrokerConfigs(brokerConfigs.map(String), brokers) }
      : {}),
  }
  checkTogether(options, (flag) => values[flag] !== undefined)
  return { kind: 'start', options }
}

interface FlagToken {
  name: string
  rawName: string
  value: string | undefined
  inlineValue: boolean | undefined
}

function checkFlag({ name, rawName, value, inlineValue }: FlagToken): void {
  if (!Object.hasOwn(flags, name)) {
    throw new UsageError(`Unknown flag ${rawName}. ${seeHelp}`)
  }
  const { type } = flags[name as Flag]
  if (type === 'boolean' && value !== undefined) {
    throw new UsageError(`${rawName} takes no value, but "${value}" was given. Leave it away.`)
  }
  // "--data --port 1" forgets a folder; a folder with such a name can be given as "--data=--port".
  const swallowed = inlineValue !== true && value?.startsWith('--') === true
  if (type === 'string' && (value === undefined || value === '' || swallowed)) {
    throw new UsageError(`${rawName} needs a value. Write it as "${rawName} VALUE".`)
  }
}

function wholeNumber(flag: Flag, text: string, min: number, max: number): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new UsageError(`--${flag} ${text}: not a whole number from ${min} to ${max}.`)
  }
  return value
}

/** Flags that contradict each other, or that would be without effect. */
function checkTogether(options: StartOptions, isGiven: (flag: Flag) => boolean): void {
  if (!options.console && !options.cluster) {
    throw new UsageError('--no-console and --no-cluster leave nothing to start. Leave one away.')
  }
  if (!options.cluster) {
    const idle = clusterFlags.find(isGiven)
    if (idle !== undefined) {
      throw new UsageError(
        `--${idle} says how to run a cluster, and --no-cluster says to run none.`,
      )
    }
    if (options.configFile === undefined) {
      throw new UsageError('--no-cluster leaves no cluster to show. Name one with --config FILE.')
    }
  }
  if (!options.console) {
    const idle = (['port', 'config'] as const).find(isGiven)
    if (idle !== undefined) {
      throw new UsageError(`--${idle} is for the console, and --no-console says to start none.`)
    }
  }
  const lastPort = options.kafkaPort + options.brokers - 1
  if (options.cluster && options.kafkaPort !== 0 && lastPort > 65_535) {
    throw new UsageError(
      `--kafka-port ${options.kafkaPort} leaves no ports for ${options.brokers} brokers. ` +
        `Choose ${65_536 - options.brokers} or lower.`,
    )
  }
  if (
    options.cluster &&
    options.console &&
    options.port !== 0 &&
    options.kafkaPort !== 0 &&
    options.port >= options.kafkaPort &&
    options.port <= lastPort
  ) {
    throw new UsageError(
      `--port ${options.port} is one of the brokers' ports (${options.kafkaPort} to ${lastPort}). ` +
        'Choose another.',
    )
  }
}
