import { describe, expect, it } from 'vitest'
import { BROKER_CONFIGS } from './broker-configs.ts'
import { validateConfig } from './config-definition.ts'
import {
  brokerConfig,
  CONFIG_SOURCES,
  resolveBrokerConfig,
  resolveTopicConfig,
  topicConfig,
  validateBrokerConfig,
  validateTopicConfig,
} from './configs.ts'
import { TOPIC_CONFIGS } from './topic-configs.ts'

const nothing = new Map<string, string>()

function resolved(
  name: string,
  set: {
    topic?: string
    broker?: [string, string]
    all?: [string, string]
    start?: [string, string]
  },
) {
  const definition = topicConfig(name)
  if (definition === undefined) throw new Error(`no topic config is called ${name}`)
  const mapOf = (pair: [string, string] | undefined) => new Map(pair === undefined ? [] : [pair])
  return resolveTopicConfig(definition, 't', {
    brokerId: 1,
    staticConfigs: mapOf(set.start),
    view: {
      configs: (kind, resource) => {
        if (kind === 'topic')
          return set.topic === undefined ? nothing : new Map([[name, set.topic]])
        return mapOf(resource === '' ? set.all : set.broker)
      },
    },
  })
}

describe('config tables', () => {
  it('name each config once, with a default that passes its own check and a sentence', () => {
    for (const table of [TOPIC_CONFIGS, BROKER_CONFIGS]) {
      expect(new Set(table.map((row) => row.name)).size).toBe(table.length)
      for (const row of table) {
        if (row.default !== null && row.default !== '') {
          expect(validateConfig(row, row.default), row.name).toBeUndefined()
        }
        expect(row.documentation).toMatch(/\.$/)
      }
    }
  })

  it('give each topic config a broker config that exists, with the same default', () => {
    for (const topic of TOPIC_CONFIGS) {
      for (const { name } of topic.brokerConfigs) expect(brokerConfig(name), name).toBeDefined()
      expect(resolved(topic.name, {}).value, topic.name).toBe(topic.default)
    }
  })
})

describe('the value of a topic config', () => {
  it('is the topic’s own, else the broker’s, that of all brokers, that of the start, the default', () => {
    const name = 'retention.ms'
    const start: [string, string] = ['log.retention.ms', '4']
    const all: [string, string] = ['log.retention.ms', '3']
    const broker: [string, string] = ['log.retention.ms', '2']
    const cases = [
      [{ topic: '1', broker, all, start }, '1', CONFIG_SOURCES.dynamicTopic],
      [{ broker, all, start }, '2', CONFIG_SOURCES.dynamicBroker],
      [{ all, start }, '3', CONFIG_SOURCES.dynamicDefaultBroker],
      [{ start }, '4', CONFIG_SOURCES.staticBroker],
      [{}, '604800000', CONFIG_SOURCES.default],
    ] as const
    for (const [set, value, source] of cases) {
      expect(resolved(name, set)).toMatchObject({ value, source })
    }
    expect(resolved(name, { topic: '1', start }).synonyms).toEqual([
      { name: 'retention.ms', value: '1', source: CONFIG_SOURCES.dynamicTopic },
      { name: 'log.retention.ms', value: '4', source: CONFIG_SOURCES.staticBroker },
      { name: 'log.retention.hours', value: '168', source: CONFIG_SOURCES.default },
    ])
  })

  it('is converted from the broker’s hours and minutes, and -1 stays without limit', () => {
    expect(resolved('retention.ms', { start: ['log.retention.minutes', '2'] }).value).toBe('120000')
    expect(resolved('retention.ms', { start: ['log.retention.hours', '-1'] }).value).toBe('-1')
    expect(resolved('segment.ms', { start: ['log.roll.hours', '1'] }).value).toBe('3600000')
  })
})

describe('the value of a broker config', () => {
  it('is null where nothing is set and there is no default', () => {
    const definition = brokerConfig('broker.rack')
    if (definition === undefined) throw new Error('broker.rack is missing')
    const layers = { view: { configs: () => nothing }, brokerId: 1, staticConfigs: nothing }
    expect(resolveBrokerConfig(definition, layers)).toEqual({
      value: null,
      source: CONFIG_SOURCES.default,
      synonyms: [],
    })
  })
})

describe('checking values', () => {
  it.each([
    ['retention.ms', '-1'],
    ['retention.ms', ' 1000 '],
    ['cleanup.policy', 'compact,delete'],
    ['cleanup.policy', 'delete, compact'],
    ['compression.type', 'zstd'],
    ['compression.gzip.level', '-1'],
    ['min.cleanable.dirty.ratio', '0.01'],
    ['preallocate', 'TRUE'],
    ['leader.replication.throttled.replicas', '*'],
    ['leader.replication.throttled.replicas', '0:1,1:2'],
    ['segment.bytes', '1048576'],
  ])('accepts %s=%s', (name, value) => {
    expect(validateTopicConfig(name, value)).toBeUndefined()
  })

  it.each([
    ['retention.ms', 'x'],
    ['retention.ms', ''],
    ['retention.ms', '1.5'],
    ['retention.ms', '9223372036854775808'],
    ['retention.ms', '-2'],
    ['segment.bytes', '2147483648'],
    ['segment.bytes', '1024'],
    ['cleanup.policy', 'compact,compact'],
    ['cleanup.policy', 'squash'],
    ['compression.type', 'rar'],
    ['compression.gzip.level', '0'],
    ['min.insync.replicas', '0'],
    ['min.cleanable.dirty.ratio', '1.1'],
    ['min.cleanable.dirty.ratio', 'NaN'],
    ['preallocate', 'yes'],
    ['leader.replication.throttled.replicas', '1-2'],
    ['remote.storage.enable', 'true'],
    ['retention', '1'],
  ])('refuses %s=%s and names it', (name, value) => {
    expect(validateTopicConfig(name, value)).toContain(name)
  })

  it('refuses a broker config that only counts at the start', () => {
    expect(validateBrokerConfig('log.retention.ms', '1')).toBeUndefined()
    expect(validateBrokerConfig('node.id', '1')).toMatch(/dynamically/)
    expect(validateBrokerConfig('unheard.of', '1')).toMatch(/Unknown/)
  })
})
