import { describe, expect, it } from 'vitest'
import { configsOf, parseBrokerConfigs } from './broker-config-flags.ts'
import { parseCommandLine, UsageError } from './cli.ts'

describe('--broker-config', () => {
  it('sets configs of all brokers, and of one before them', () => {
    const flags = parseBrokerConfigs(
      ['2:broker.rack=north', 'num.partitions=6', '2:num.partitions= 8 ', 'broker.rack=a=b:c'],
      3,
    )
    expect(configsOf(flags)).toEqual(
      new Map([
        ['num.partitions', '6'],
        ['broker.rack', 'a=b:c'],
      ]),
    )
    expect(configsOf(flags, 1)).toEqual(configsOf(flags))
    expect(configsOf(flags, 2).get('num.partitions')).toBe('8')
    expect(configsOf(flags, 2).get('broker.rack')).toBe('north')
  })

  it.each([
    ['num.partitions', 'not of the form'],
    ['=3', 'not of the form'],
    ['x:num.partitions=3', 'not of the form'],
    ['4:num.partitions=3', 'there is no broker 4; they count from 1 to 3'],
    ['num.partition=3', 'there is no broker config of that name'],
    ['num.partitions=many', 'Not a number of type INT'],
    ['replica.selector.class=my.Own', 'String must be one of'],
    ['log.dirs=/tmp', 'decided by --data'],
  ])('refuses %s', (text, message) => {
    expect(() => parseBrokerConfigs([text], 3)).toThrow(UsageError)
    expect(() => parseBrokerConfigs([text], 3)).toThrow(message)
  })

  it('may be given several times, and not without a cluster', () => {
    const line = '--broker-config num.partitions=2 --broker-config 1:broker.rack=a'
    const command = parseCommandLine(line.split(' '), '1')
    expect(command).toMatchObject({ kind: 'start', options: { brokerConfigs: { length: 2 } } })
    const without = `${line} --no-cluster --config c`.split(' ')
    expect(() => parseCommandLine(without, '1')).toThrow(
      '--broker-config says how to run a cluster',
    )
  })
})
