// What stands in a topic, whatever bytes it holds: a record of each kind is shown with its meaning
// and with how it was read, and a decoder is fixed for a topic and taken back.

import type { Page } from '@playwright/test'
import {
  createTopic,
  expect,
  type Message,
  otherCluster,
  produce,
  recordPanel,
  rowsOf,
  test,
  topicPath,
} from './fixtures.ts'
import { serialised } from './schemas.ts'
import { choose } from './transfer.ts'

const base64 = (text: string) => Buffer.from(text, 'base64')
const int64 = (value: bigint) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(value)
  return bytes
}

/** [what it is, the value, what the row shows, what the panel says of the decoding] */
const plainKinds: readonly [kind: string, value: Message['value'], shown: string, read: RegExp][] =
  [
    [
      'JSON whose numbers no double holds',
      '{"exact":9007199254740993,"rate":0.10000000000000000001}',
      '{"exact":9007199254740993,"rate":0.10000000000000000001}',
      /Decoded as json/,
    ],
    ['XML', '<order id="7"><sum>1.50</sum></order>', '<order id="7">', /Decoded as xml/],
    [
      'MessagePack',
      base64('gqJpZM8AIAAAAAAAAaNuZWfTgAAAAAAAAAA='),
      '{"id":9007199254740993,"neg":-9223372036854775808}',
      /Decoded as messagepack/,
    ],
    [
      'CBOR',
      base64('omJpZBsAIAAAAAAAAWRub25l9g=='),
      '{"id":9007199254740993,"none":null}',
      /Decoded as cbor/,
    ],
    ['a 64-bit number', int64(1_700_000_000_123n), '1700000000123', /Decoded as int64/],
    [
      'a UUID',
      Buffer.from('6f9619ff8b86401ab42d00c04fc964ff', 'hex'),
      '6f9619ff-8b86-401a-b42d-00c04fc964ff',
      /Decoded as uuid/,
    ],
    ['UTF-16', Buffer.from('\ufeffGrüße', 'utf16le'), 'Grüße', /Decoded as utf-16/],
    [
      'text that tries to be markup',
      '<img src=x onerror="document.title=1"><script>alert(1)</script>',
      '<script>alert(1)</script>',
      /Decoded as (text|xml)/,
    ],
    [
      'bytes that are nothing',
      Buffer.from('fffe00d80180', 'hex'),
      'fffe00d80180',
      /Decoded as hex/,
    ],
  ]

test('a record of each kind shows what it means and how it was read', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  test.setTimeout(180_000)
  await createTopic(kafka, topic)
  await produce(
    kafka,
    topic,
    plainKinds.map(([, value]) => ({ value })),
  )
  for (const [offset, [kind, , shown, read]] of plainKinds.entries()) {
    await test.step(kind, async () => {
      await page.goto(`${topicPath(product, topic)}?from=oldest&record=0-${offset}&form=raw`)
      await expect(rowsOf(page, 'Messages').nth(offset)).toContainText(shown)
      const panel = recordPanel(page)
      await expect(panel).toContainText(shown)
      await expect(panel.getByRole('region', { name: 'Decoding' })).toContainText(read)
    })
  }
  // The last one: why nobody else took the bytes.
  const report = recordPanel(page).getByRole('region', { name: 'Decoding' })
  await expect(report).toContainText(/Not .*: /)
  expect(await page.title()).toContain(topic)
})

test('null, an empty text and no bytes are three things', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  await createTopic(kafka, topic)
  await produce(kafka, topic, [
    { key: null, value: null },
    { key: '', value: '' },
    { key: '""', value: '""' },
  ])
  await page.goto(`${topicPath(product, topic)}?from=oldest`)
  const rows = rowsOf(page, 'Messages')
  await expect(rows.nth(0).getByText('null', { exact: true })).toHaveCount(1)
  await expect(rows.nth(0).getByText('null · tombstone', { exact: true })).toHaveCount(1)
  await expect(rows.nth(1).getByText('empty', { exact: true })).toHaveCount(2)
  await expect(rows.nth(2).getByText('""', { exact: true })).toHaveCount(2)
  await rows.nth(0).click()
  const panel = recordPanel(page)
  await expect(panel).toContainText('A tombstone')
  await panel.getByRole('button', { name: 'Next record of the partition' }).click()
  await expect(panel).toContainText('The value is there, and has no bytes.')
})

/** Golden payloads of a client's serializers, and what of them must be on the page. */
const schemaKinds: readonly [name: string, schema: RegExp, shown: readonly string[]][] = [
  [
    'Avro: logical types',
    /confluent by Avro schema \d+, L/,
    [
      '-12.3456',
      '-184467440737095516.15',
      '12345678-1234-4678-9234-567812345678',
      '2026-11-20T19:45:23.469001Z',
      '00:00:01.000007',
      '"months":1',
    ],
  ],
  [
    'Protobuf: everything',
    /confluent by Protobuf schema \d+, golden\.Everything/,
    ['18446744073709551615', '"number":0', '"by_bool":{"true":"RED"}', '"depth":3'],
  ],
  [
    'JSON Schema with a reference',
    /confluent by JSON Schema schema \d+, Person/,
    ['<script>', '"street":"s"'],
  ],
]

test.describe('by the schemas of a registry', () => {
  test.skip(otherCluster !== undefined, 'the console alone has no registry')

  test('records are read exactly', async ({ page, kafka, topic, product }) => {
    await createTopic(kafka, topic)
    for (const [at, [name, schema, shown]] of schemaKinds.entries()) {
      await test.step(name, async () => {
        const value = await serialised(product, `${topic}-${at}`, name)
        await produce(kafka, topic, [{ value }])
        await page.goto(`${topicPath(product, topic)}?record=0-${at}&form=raw`)
        const panel = recordPanel(page)
        await expect(panel.getByRole('region', { name: 'Decoding' })).toContainText(schema)
        const text = (await panel.textContent())?.replaceAll(/[\s\u00a0]+/g, '') ?? ''
        for (const part of shown) expect(text).toContain(part)
      })
    }
  })

  test('a record that cannot be read says why, and the rest is shown', async ({
    page,
    kafka,
    topic,
    product,
  }) => {
    const whole = await serialised(product, `${topic}-value`, 'Avro: logical types')
    const unknown = Buffer.from(whole)
    unknown.writeInt32BE(1_999_999, 1)
    await createTopic(kafka, topic)
    await produce(kafka, topic, [
      { value: whole },
      { value: whole.subarray(0, 20) },
      { value: unknown },
    ])
    await page.goto(`${topicPath(product, topic)}?from=oldest&record=0-1`)
    await expect(rowsOf(page, 'Messages').first()).toContainText('-12.3456')
    const report = recordPanel(page).getByRole('region', { name: 'Decoding' })
    await expect(report).toContainText(/Not confluent: .*(end|byte)/i)
    await page.goto(`${topicPath(product, topic)}?from=oldest&record=0-2`)
    await expect(report).toContainText(/Not confluent: .*1999999/)
  })
})

test('a decoder is fixed for a topic, holds after a reload, and is taken back', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  await createTopic(kafka, topic)
  await produce(kafka, topic, [{ key: 'k', value: '{"a":1}' }])
  await page.goto(`${topicPath(product, topic)}?record=0-0&form=raw`)
  const report = recordPanel(page).getByRole('region', { name: 'Decoding' })
  await expect(report).toContainText('Decoded as json')
  await fix(page, 'hex')
  await expect(report).toContainText('Decoded as hex')
  await expect(rowsOf(page, 'Messages').first()).toContainText('7b2261223a317d')
  await page.reload()
  await expect(report).toContainText('Decoded as hex')
  await fix(page, '')
  await expect(report).toContainText('Decoded as json')
  await expect(rowsOf(page, 'Messages').first()).toContainText('{"a":1}')
})

async function fix(page: Page, decoder: string): Promise<void> {
  const dialog = await choose(page, 'Decoders of this topic')
  await dialog.getByLabel('Decoder of the value').selectOption(decoder)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toHaveCount(0)
}
