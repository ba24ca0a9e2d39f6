import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../protocol/errors.ts'
import { Deciding } from './deciding.fixture.ts'

const TOPIC = 2
const BROKER = 4
const [SET, DELETE, APPEND, SUBTRACT] = [0, 1, 2, 3]

type Change = [name: string, configOperation: number | undefined, value: string | null]

function cluster(): Deciding {
  const made = new Deciding().serve(1)
  made.createTopic('t', { configs: [{ name: 'retention.ms', value: '1' }] })
  return made
}

function alter(
  made: Deciding,
  resourceType: number,
  resourceName: string,
  changes: Change[],
  validateOnly = false,
): number | undefined {
  const configs = changes.map(([name, configOperation, value]) => ({
    name,
    configOperation: configOperation ?? 0,
    value,
  }))
  return made.decide('incrementalAlterConfigs', {
    resources: [{ resourceType, resourceName, configs }],
    validateOnly,
  }).responses?.[0]?.errorCode
}

describe('altering configs one by one', () => {
  it('sets and deletes what is named and leaves the rest', () => {
    const made = cluster()
    expect(alter(made, TOPIC, 't', [['segment.ms', SET, '7']])).toBe(0)
    expect(Object.fromEntries(made.image.configs('topic', 't'))).toEqual({
      'retention.ms': '1',
      'segment.ms': '7',
    })
    expect(alter(made, TOPIC, 't', [['retention.ms', DELETE, null]])).toBe(0)
    expect(Object.fromEntries(made.image.configs('topic', 't'))).toEqual({ 'segment.ms': '7' })
  })

  it('adds to lists and takes from them, beginning with what is in effect', () => {
    const made = cluster()
    const policy = () => made.image.configs('topic', 't').get('cleanup.policy')
    expect(alter(made, TOPIC, 't', [['cleanup.policy', APPEND, 'compact']])).toBe(0)
    expect(policy()).toBe('delete,compact')
    expect(alter(made, TOPIC, 't', [['cleanup.policy', SUBTRACT, 'delete']])).toBe(0)
    expect(policy()).toBe('compact')
    expect(alter(made, TOPIC, 't', [['retention.ms', APPEND, '1']])).toBe(ErrorCode.INVALID_CONFIG)
  })

  it('sets configs of one broker and of all', () => {
    const made = cluster()
    expect(alter(made, BROKER, '', [['log.retention.ms', SET, '5']])).toBe(0)
    expect(alter(made, BROKER, '1', [['log.retention.ms', SET, '6']])).toBe(0)
    expect(made.image.configs('broker', '').get('log.retention.ms')).toBe('5')
    expect(made.image.configs('broker', '1').get('log.retention.ms')).toBe('6')
  })

  it('changes nothing when only asked whether it would', () => {
    const made = cluster()
    expect(alter(made, TOPIC, 't', [['segment.ms', SET, '7']], true)).toBe(0)
    expect(made.image.configs('topic', 't').has('segment.ms')).toBe(false)
  })

  it.each<[string, number, string, Change[], number]>([
    ['an unknown topic', TOPIC, 'u', [], ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
    ['an unknown broker', BROKER, '9', [], ErrorCode.BROKER_ID_NOT_REGISTERED],
    ['a broker that is no number', BROKER, 'x', [], ErrorCode.INVALID_REQUEST],
    ['another kind of resource', 16, 'x', [], ErrorCode.INVALID_REQUEST],
    ['a wrong value', TOPIC, 't', [['segment.ms', SET, 'x']], ErrorCode.INVALID_CONFIG],
    ['an unknown config', TOPIC, 't', [['segment', SET, '1']], ErrorCode.INVALID_CONFIG],
    ['a missing value', TOPIC, 't', [['segment.ms', SET, null]], ErrorCode.INVALID_REQUEST],
    ['an unknown operation', TOPIC, 't', [['segment.ms', 9, '1']], ErrorCode.INVALID_REQUEST],
    [
      'a config twice',
      TOPIC,
      't',
      [
        ['segment.ms', SET, '1'],
        ['segment.ms', DELETE, null],
      ],
      ErrorCode.INVALID_REQUEST,
    ],
    [
      'all when one is wrong',
      TOPIC,
      't',
      [
        ['segment.ms', SET, '1'],
        ['retention.ms', SET, 'x'],
      ],
      ErrorCode.INVALID_CONFIG,
    ],
  ])('refuses %s', (_what, type, name, changes, code) => {
    const made = cluster()
    const before = made.image.offset
    expect(alter(made, type, name, changes)).toBe(code)
    expect(made.image.offset).toBe(before)
  })
})

describe('altering all configs of a resource at once', () => {
  it('drops what is not named', () => {
    const made = cluster()
    const answer = made.decide('alterConfigs', {
      resources: [
        { resourceType: TOPIC, resourceName: 't', configs: [{ name: 'segment.ms', value: '7' }] },
      ],
      validateOnly: false,
    })
    expect(answer.responses?.[0]?.errorCode).toBe(0)
    expect(Object.fromEntries(made.image.configs('topic', 't'))).toEqual({ 'segment.ms': '7' })
  })
})
