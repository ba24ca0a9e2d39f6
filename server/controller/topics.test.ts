import { describe, expect, it } from 'vitest'
import { METADATA_TOPIC } from '../metadata/metadata-topic.ts'
import { ZERO_UUID } from '../protocol/definition.ts'
import { ErrorCode, type ErrorName } from '../protocol/errors.ts'
import { Deciding } from './deciding.fixture.ts'

const cluster = () => new Deciding().serve(1, 2, 3)

describe('creating topics', () => {
  it('leaves partitions and replicas to the cluster when asked to', () => {
    const made = cluster()
    expect(made.createTopic('t')).toMatchObject({ numPartitions: 1, replicationFactor: 3 })
    expect(new Deciding().serve(7).createTopic('t')).toMatchObject({ replicationFactor: 1 })
    made.staticConfigs.set('num.partitions', '4')
    made.staticConfigs.set('default.replication.factor', '2')
    expect(made.createTopic('u')).toMatchObject({ numPartitions: 4, replicationFactor: 2 })
  })

  it('keeps what was chosen, and answers with the configs in effect', () => {
    const made = cluster()
    const row = made.createTopic('t', {
      assignments: [
        { partitionIndex: 1, brokerIds: [2, 3] },
        { partitionIndex: 0, brokerIds: [3, 1] },
      ],
      configs: [{ name: 'cleanup.policy', value: 'compact' }],
    })
    expect(row).toMatchObject({ errorCode: 0, numPartitions: 2, replicationFactor: 2 })
    expect(made.image.topic('t')?.partitions.map((partition) => partition.replicas)).toEqual([
      [3, 1],
      [2, 3],
    ])
    expect(row.configs).toContainEqual(
      expect.objectContaining({ name: 'cleanup.policy', value: 'compact', configSource: 1 }),
    )
    expect(row.configs).toContainEqual(
      expect.objectContaining({ name: 'retention.ms', value: '604800000', configSource: 5 }),
    )
    expect(made.image.configs('topic', 't')).toEqual(new Map([['cleanup.policy', 'compact']]))
  })

  it('leads from a broker that serves and counts only such as in sync', () => {
    const made = cluster()
    made.decide('fenceBrokers', [2])
    made.createTopic('t', { assignments: [{ partitionIndex: 0, brokerIds: [2, 3] }] })
    expect(made.image.topic('t')?.partitions[0]).toMatchObject({ leader: 3, inSyncReplicas: [3] })
  })

  const refusals: [string, ErrorName, string, Parameters<Deciding['createTopic']>[1]][] = [
    ['an empty name', 'INVALID_TOPIC_EXCEPTION', '', {}],
    ['a dot', 'INVALID_TOPIC_EXCEPTION', '.', {}],
    ['two dots', 'INVALID_TOPIC_EXCEPTION', '..', {}],
    ['a blank in the name', 'INVALID_TOPIC_EXCEPTION', 'a b', {}],
    ['a name of 250 characters', 'INVALID_TOPIC_EXCEPTION', 'x'.repeat(250), {}],
    ['a name that collides', 'INVALID_TOPIC_EXCEPTION', 'there.is_one', {}],
    ['a name that is taken', 'TOPIC_ALREADY_EXISTS', 'there_is.one', {}],
    ['the name of the metadata log', 'TOPIC_AUTHORIZATION_FAILED', METADATA_TOPIC, {}],
    ['no partitions', 'INVALID_PARTITIONS', 't', { numPartitions: 0 }],
    ['partitions below -1', 'INVALID_PARTITIONS', 't', { numPartitions: -2 }],
    ['no replicas', 'INVALID_REPLICATION_FACTOR', 't', { replicationFactor: 0 }],
    ['replicas below -1', 'INVALID_REPLICATION_FACTOR', 't', { replicationFactor: -2 }],
    ['more replicas than brokers', 'INVALID_REPLICATION_FACTOR', 't', { replicationFactor: 4 }],
    ['too many partitions at once', 'POLICY_VIOLATION', 't', { numPartitions: 10_001 }],
    [
      'a value that a config cannot have',
      'INVALID_CONFIG',
      't',
      { configs: [{ name: 'retention.ms', value: 'x' }] },
    ],
    [
      'a config that does not exist',
      'INVALID_CONFIG',
      't',
      { configs: [{ name: 'retention', value: '1' }] },
    ],
    [
      'a config twice',
      'INVALID_REQUEST',
      't',
      {
        configs: [
          { name: 'retention.ms', value: '1' },
          { name: 'retention.ms', value: '2' },
        ],
      },
    ],
    [
      'an assignment beside a number of partitions',
      'INVALID_REQUEST',
      't',
      { numPartitions: 1, assignments: [{ partitionIndex: 0, brokerIds: [1] }] },
    ],
    [
      'an assignment beside a replication factor',
      'INVALID_REQUEST',
      't',
      { replicationFactor: 1, assignments: [{ partitionIndex: 0, brokerIds: [1] }] },
    ],
    [
      'an assignment to an unknown broker',
      'INVALID_REPLICA_ASSIGNMENT',
      't',
      { assignments: [{ partitionIndex: 0, brokerIds: [9] }] },
    ],
    [
      'an assignment with a gap',
      'INVALID_REPLICA_ASSIGNMENT',
      't',
      { assignments: [{ partitionIndex: 1, brokerIds: [1] }] },
    ],
    [
      'a partition assigned twice',
      'INVALID_REPLICA_ASSIGNMENT',
      't',
      {
        assignments: [
          { partitionIndex: 0, brokerIds: [1] },
          { partitionIndex: 0, brokerIds: [2] },
        ],
      },
    ],
  ]
  it.each(refusals)('refuses %s with %s', (_what, error, name, topic) => {
    const made = cluster()
    made.createTopic('there_is.one')
    const before = made.image.offset
    const row = made.createTopic(name, topic)
    expect(row.errorCode).toBe(ErrorCode[error])
    expect(row.errorMessage).toMatch(/\w/)
    expect(made.image.offset).toBe(before)
  })

  it('judges each topic of a request by itself, and refuses one that is named twice', () => {
    const made = cluster()
    const topic = { numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }
    const response = made.decide('createTopics', {
      topics: [
        { name: 'twice', ...topic },
        { name: 'good', ...topic },
        { name: 'twice', ...topic },
        { name: 'bad name', ...topic },
        { name: 'x.y', ...topic },
        { name: 'x_y', ...topic },
      ],
      timeoutMs: 0,
      validateOnly: false,
    })
    expect(response.topics?.map((row) => [row.name, row.errorCode])).toEqual([
      ['twice', ErrorCode.INVALID_REQUEST],
      ['good', 0],
      ['bad name', ErrorCode.INVALID_TOPIC_EXCEPTION],
      ['x.y', 0],
      ['x_y', ErrorCode.INVALID_TOPIC_EXCEPTION],
    ])
    expect([...made.image.topics()].map(({ name }) => name)).toEqual(['good', 'x.y'])
  })

  it('only says what would happen when asked to validate', () => {
    const made = cluster()
    expect(made.createTopic('t', {}, true)).toMatchObject({ errorCode: 0, numPartitions: 1 })
    expect(made.image.topicCount).toBe(0)
  })
})

describe('deleting topics', () => {
  const remove = (made: Deciding, topics: { name: string | null; topicId?: string }[]) =>
    made
      .decide('deleteTopics', {
        topics: topics.map((topic) => ({ topicId: ZERO_UUID, ...topic })),
        topicNames: [],
        timeoutMs: 0,
      })
      .responses?.map((row) => row.errorCode)

  it('takes them by name or by id, with their configs', () => {
    const made = cluster()
    made.createTopic('a', { configs: [{ name: 'retention.ms', value: '1' }] })
    const id = made.createTopic('b').topicId ?? ''
    expect(remove(made, [{ name: 'a' }, { name: null, topicId: id }])).toEqual([0, 0])
    expect(made.image.topicCount).toBe(0)
    expect(made.image.configs('topic', 'a').size).toBe(0)
    made.createTopic('a')
    expect(made.image.topic('a')?.id).toBeDefined()
  })

  it('refuses what is unknown, named twice, or named both ways', () => {
    const made = cluster()
    const id = made.createTopic('a').topicId ?? ''
    expect(
      remove(made, [
        { name: 'no' },
        { name: null, topicId: 'AAAAAAAAAAAAAAAAAAAAAw' },
        { name: null },
        { name: 'a', topicId: id },
        { name: 'b' },
        { name: 'b' },
      ]),
    ).toEqual([
      ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
      ErrorCode.UNKNOWN_TOPIC_ID,
      ErrorCode.INVALID_REQUEST,
      ErrorCode.INVALID_REQUEST,
      ErrorCode.INVALID_REQUEST,
    ])
    expect(made.image.topicCount).toBe(1)
  })
})

describe('creating partitions', () => {
  const grow = (
    made: Deciding,
    name: string,
    count: number,
    assignments: { brokerIds: number[] }[] | null = null,
    validateOnly = false,
  ) =>
    made.decide('createPartitions', {
      topics: [{ name, count, assignments }],
      timeoutMs: 0,
      validateOnly,
    }).results?.[0]?.errorCode

  it('adds partitions with as many replicas as the others and leaves those alone', () => {
    const made = cluster()
    made.createTopic('a', { numPartitions: 2, replicationFactor: 2 })
    const before = [...(made.image.topic('a')?.partitions ?? [])]
    expect(grow(made, 'a', 5)).toBe(0)
    const after = made.image.topic('a')?.partitions ?? []
    expect(after.slice(0, 2)).toEqual(before)
    expect(after.map((partition) => partition.replicas.length)).toEqual([2, 2, 2, 2, 2])
    expect(grow(made, 'a', 6, [{ brokerIds: [3, 1] }])).toBe(0)
    expect(made.image.topic('a')?.partitions[5]?.replicas).toEqual([3, 1])
    expect(grow(made, 'a', 9, null, true)).toBe(0)
    expect(made.image.topic('a')?.partitions).toHaveLength(6)
  })

  it('refuses fewer, as many, unknown topics and assignments that do not fit', () => {
    const made = cluster()
    made.createTopic('a', { numPartitions: 2, replicationFactor: 2 })
    expect(grow(made, 'a', 2)).toBe(ErrorCode.INVALID_PARTITIONS)
    expect(grow(made, 'a', 1)).toBe(ErrorCode.INVALID_PARTITIONS)
    expect(grow(made, 'b', 3)).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    expect(grow(made, 'a', 3, [])).toBe(ErrorCode.INVALID_REPLICA_ASSIGNMENT)
    expect(grow(made, 'a', 3, [{ brokerIds: [1] }])).toBe(ErrorCode.INVALID_REPLICA_ASSIGNMENT)
  })
})
