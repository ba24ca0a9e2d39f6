import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { configuredDecoders } from './configured.ts'
import { FileMessages } from './file-messages.ts'
import { readProtoFiles } from './read-files.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'riverglass-protos-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function put(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
  return path
}
const MESSAGE = 'syntax = "proto3"; package shop; message Order { int32 x = 1; }'

describe('files of Protobuf messages', () => {
  it('are read from folders by the names that imports have, and by themselves', async () => {
    await put('protos/shop/order.proto', MESSAGE)
    await put('protos/.git/hidden.proto', MESSAGE)
    await put('protos/README.md', 'no proto')
    await put('protos/all.desc', 'bytes')
    const single = await put('elsewhere/one.proto', MESSAGE)
    const { sources, sets, problems } = await readProtoFiles([join(folder, 'protos'), single])
    expect(sources.map(({ name }) => name)).toEqual(['shop/order.proto', 'one.proto'])
    expect(sets.map(({ path }) => path)).toEqual([join(folder, 'protos/all.desc')])
    expect(problems).toEqual([])
  })

  it('are found behind links, as mounted configuration has them, and links in circles end', async () => {
    await put('..data/shop/order.proto', MESSAGE)
    await mkdir(join(folder, 'protos'))
    await symlink(join(folder, '..data', 'shop'), join(folder, 'protos', 'shop'))
    await symlink(join(folder, 'protos'), join(folder, '..data', 'shop', 'again'))
    const { sources, problems } = await readProtoFiles([join(folder, 'protos')])
    expect(sources.map(({ name }) => name)).toEqual(['shop/order.proto'])
    expect(problems).toEqual([])
  })

  it('that are missing or too large are told, and the others are there', async () => {
    await put('a.proto', MESSAGE)
    await put('huge.proto', Buffer.alloc(5 * 1024 * 1024, 0x20))
    const gone = join(folder, 'gone.proto')
    const { sources, problems } = await readProtoFiles([gone, folder])
    expect(sources.map(({ name }) => name)).toEqual(['a.proto'])
    expect(problems).toEqual([
      `${gone}: does not exist.`,
      `${join(folder, 'huge.proto')}: has 5242880 bytes, more than the 4194304 that are read.`,
    ])
  })

  it('are no more than so many bytes together', async () => {
    const large = `${MESSAGE}\n//${' '.repeat(3.9 * 1024 * 1024)}`
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) await put(`${name}.proto`, large)
    const { sources, problems } = await readProtoFiles([folder])
    expect(sources).toHaveLength(4)
    expect(problems).toEqual([expect.stringContaining('e.proto: the files before it have')])
  })

  it('are compiled once, and again when they changed', async () => {
    const path = await put('a.proto', MESSAGE)
    let now = 0
    const messages = new FileMessages([folder], () => now)
    const find = () => messages.find({ kind: 'file', message: 'shop.Order' })
    expect(find()).toBeUndefined()
    await messages.load()
    const first = find()
    expect(first).toMatchObject({ use: { type: 'PROTOBUF', name: 'shop.Order' } })
    now = 20_000
    expect(find()).toBeUndefined()
    await messages.load()
    expect(find()).toBe(first)
    await writeFile(path, MESSAGE.replace('Order', 'Renamed'))
    now = 40_000
    await messages.load()
    expect(find()).toEqual({
      reason: 'None of the .proto files declares the message "shop.Order".',
    })
  })
})

describe('topics of the configuration', () => {
  const named = (pattern: string, topic: string) =>
    configuredDecoders([{ topic: pattern, value: 'M' }], topic).value !== undefined

  it.each([
    ['orders', 'orders', true],
    ['orders', 'orders-2', false],
    ['*', 'anything', true],
    ['shop.*', 'shop.orders', true],
    ['shop.*', 'shop', false],
    ['*.orders.*', 'eu.orders.v1', true],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['*a*b*c', 'xxaxxbxxcxxc', true],
    ['a.c', 'abc', false],
  ])('%s and %s: %s', (pattern, topic, expected) => {
    expect(named(pattern, topic)).toBe(expected)
  })

  it('are told of by the first pattern that fits and says something of the part', () => {
    const topics = [
      { topic: 'orders', key: 'K' },
      { topic: '*', key: 'Other', value: 'V' },
    ]
    expect(Object.keys(configuredDecoders(topics, 'orders'))).toEqual(['key', 'value'])
    expect(Object.keys(configuredDecoders(topics.slice(0, 1), 'payments'))).toEqual([])
  })
})
