// The flag --broker-config: Kafka's broker configs, for all brokers or for one, as the lines of a
// server.properties would have them.
//
//   --broker-config num.partitions=6 --broker-config 2:broker.rack=north

import { validateConfig } from './metadata/config-definition.ts'
import { brokerConfig } from './metadata/configs.ts'
import { UsageError } from './usage-error.ts'

export interface BrokerConfigFlag {
  /** undefined: of every broker, and of the controller. */
  readonly brokerId: number | undefined
  readonly name: string
  readonly value: string
}

/** These follow from other flags. */
const DECIDED_ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['node.id', '--brokers'],
  ['broker.id', '--brokers'],
  ['log.dirs', '--data'],
  ['listeners', '--host and --kafka-port'],
  ['advertised.listeners', '--host and --kafka-port'],
])

/** Throws UsageError for what is no config of a broker that will be there. */
export function parseBrokerConfigs(
  texts: readonly string[],
  brokerCount: number,
): BrokerConfigFlag[] {
  return texts.map((text) => {
    const refuse = (why: string): never => {
      throw new UsageError(`--broker-config ${text}: ${why}`)
    }
    const [, id, name = '', value = ''] = /^(?:(\d+):)?([^=:]+)=(.*)$/s.exec(text) ?? []
    if (name === '') refuse('not of the form NAME=VALUE or BROKER:NAME=VALUE.')
    const brokerId = id === undefined ? undefined : Number(id)
    if (brokerId !== undefined && (brokerId < 1 || brokerId > brokerCount)) {
      refuse(`there is no broker ${brokerId}; they count from 1 to ${brokerCount}.`)
    }
    const flag = DECIDED_ELSEWHERE.get(name)
    if (flag !== undefined) refuse(`${name} is decided by ${flag}.`)
    const definition = brokerConfig(name)
    if (definition === undefined) return refuse('there is no broker config of that name.')
    const reason = validateConfig(definition, value)
    if (reason !== undefined) refuse(`${reason}.`)
    return { brokerId, name, value: value.trim() }
  })
}

/** The configs of one broker, its own before those of all; of the controller without an id. */
export function configsOf(
  flags: readonly BrokerConfigFlag[],
  brokerId?: number,
): Map<string, string> {
  const configs = new Map<string, string>()
  for (const flag of flags) {
    if (flag.brokerId === undefined) configs.set(flag.name, flag.value)
  }
  for (const flag of flags) {
    if (brokerId !== undefined && flag.brokerId === brokerId) configs.set(flag.name, flag.value)
  }
  return configs
}
