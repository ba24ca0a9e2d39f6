import { describe, expect, it } from 'vitest'
import { ConfigError, parseConfig, readConfig } from './config.ts'

describe('the config file', () => {
  it('names clusters in YAML', () => {
    const text = [
      'clusters:',
      '  - name: staging',
      '    bootstrap: kafka-1:9092, kafka-2:9092',
      '  - name: Production EU',
      '    bootstrap: ["[::1]:9092"]',
    ].join('\n')
    expect(parseConfig(text, 'c.yaml')).toEqual({
      clusters: [
        { name: 'staging', bootstrap: ['kafka-1:9092', 'kafka-2:9092'] },
        { name: 'Production EU', bootstrap: ['[::1]:9092'] },
      ],
    })
  })

  it('names clusters in JSON', () => {
    const text = '{"clusters": [{"name": "a", "bootstrap": ["h:1", "i:2"]}]}'
    expect(parseConfig(text, 'c.json').clusters[0]?.bootstrap).toEqual(['h:1', 'i:2'])
  })

  it('may be empty', () => {
    expect(parseConfig('# nothing yet\n', 'c.yaml')).toEqual({ clusters: [] })
  })

  it.each([
    ['clusters:\n  - nmae: a\n    bootstrap: h:1', 'line 2, clusters[0].nmae: is not known here'],
    ['clusters:\n  - bootstrap: h:1', 'line 2, clusters[0].name: is missing'],
    [
      'clusters:\n  - name: a\n    bootstrap: h:1\n    colour: red',
      'line 4, clusters[0].colour: is not known here. Known are name and bootstrap and schemaRegistry and protobuf.',
    ],
    ['cluster: []', 'line 1, cluster: is not known here. Known are clusters.'],
    ['clusters:\n  - name: a', 'line 2, clusters[0].bootstrap: is missing'],
    [
      'clusters:\n  - name: a\n    bootstrap: h',
      'line 3, clusters[0].bootstrap[0]: must be HOST:PORT',
    ],
    [
      'clusters:\n  - name: a\n    bootstrap: [h:1, h:99999]',
      'line 3, clusters[0].bootstrap[1]: has a port that is not from 1 to 65535',
    ],
    ['clusters: 3', 'line 1, clusters: must be a list'],
    [
      'clusters:\n  - {name: a, bootstrap: h:1}\n  - {name: a, bootstrap: i:1}',
      'line 3, clusters[1].name: "a" is there already',
    ],
    [
      'clusters:\n  - name: a\n    bootstrap: h:1\n    schemaRegistry:\n      url: ftp://h',
      'line 5, clusters[0].schemaRegistry.url: must be a URL with http or https',
    ],
    [
      'clusters:\n  - name: a\n    bootstrap: h:1\n    schemaRegistry:\n      url: http://h\n      user: u',
      'line 6, clusters[0].schemaRegistry.user: is not known here. Known are url and username',
    ],
    [
      'clusters:\n  - {name: a, bootstrap: h:1, schemaRegistry: {url: "http://h", username: u, token: t}}',
      'line 2, clusters[0].schemaRegistry: has both a username and a token',
    ],
    [
      'clusters:\n  - name: a\n    bootstrap: h:1\n    protobuf: {files: [p], topic: x}',
      'line 4, clusters[0].protobuf.topic: is not known here. Known are files and topics',
    ],
    [
      'clusters:\n  - name: a\n    bootstrap: h:1\n    protobuf:\n      files: [p]\n      topics:\n        - {topic: x, vlaue: M}',
      'line 7, clusters[0].protobuf.topics[0].vlaue: is not known here. Known are topic and key',
    ],
    [
      'clusters:\n  - name: a\n    bootstrap: h:1\n    protobuf:\n      files: [p]\n      topics: [{topic: x}]',
      'line 6, clusters[0].protobuf.topics[0]: says neither the message of the key nor that',
    ],
    [
      'clusters:\n  - name: a\n    bootstrap: h:1\n    protobuf: {files: p}',
      'line 4, clusters[0].protobuf.files: must be a list of paths',
    ],
    ['clusters: [', 'c.yaml, line 1'],
    ['- a', 'c.yaml, line 1, the whole:'],
  ])('refuses %j and says where', (text, message) => {
    expect(() => parseConfig(text, 'c.yaml')).toThrow(ConfigError)
    expect(() => parseConfig(text, 'c.yaml')).toThrow(message)
  })

  it('refuses a file that is not there', () => {
    expect(() => readConfig('no/such/file.yaml')).toThrow(/no\/such\/file\.yaml/)
  })
})
