import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { keys } from '../../lib/api/keys.ts'
import type { TopicDecoders } from '../../lib/contracts/decoding.ts'
import { choiceOf, formOf } from './decoder-form.ts'
import { DecodersDialog } from './decoders-dialog.tsx'

let kept: TopicDecoders
let sent: unknown[]
let closed: number

beforeEach(() => {
  kept = {
    key: null,
    value: null,
    available: ['json', 'schema', 'protobuf', 'hex'],
    messages: ['shop.Order', 'shop.Order.Item'],
    messageProblems: ['protos/broken.proto, line 3: illegal token.'],
  }
  sent = []
  closed = 0
  window.matchMedia = ((query: string) => ({ matches: false, media: query })) as never
  vi.stubGlobal('fetch', async (path: string, init: RequestInit = {}) => {
    expect(path).toBe('/api/clusters/local/topics/orders/decoders')
    if (init.method === 'POST') {
      const body = JSON.parse(init.body as string)
      sent.push(body)
      kept = { ...kept, ...body }
    }
    return Response.json(kept)
  })
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

function open() {
  const client = new QueryClient()
  render(
    <QueryClientProvider client={client}>
      <DecodersDialog cluster="local" topic="orders" onClose={() => closed++} />
    </QueryClientProvider>,
  )
  return client
}
const save = () => fireEvent.click(screen.getByRole('button', { name: 'Save' }))
const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } })

describe('the decoders of a topic', () => {
  test('are fixed for the value by a schema, whose usual subject is proposed', async () => {
    const client = open()
    client.setQueryData(keys.fields('local', 'orders'), { records: 0, fields: [], declared: [] })
    await screen.findByLabelText('Decoder of the value')
    type('Decoder of the value', 'schema')
    expect(screen.getByLabelText('Subject of the value')).toHaveProperty('value', 'orders-value')
    type('Version for the value', '2')
    type('Protobuf message of the value', ' shop.Order ')
    save()
    await waitFor(() => expect(closed).toBe(1))
    const value = { decoder: 'schema', subject: 'orders-value', version: 2, message: 'shop.Order' }
    expect(sent).toEqual([{ key: null, value }])
    await waitFor(() =>
      expect(client.getQueryState(keys.fields('local', 'orders'))?.isInvalidated).toBe(true),
    )
  })

  test('are freed again', async () => {
    kept = { ...kept, key: { decoder: 'hex' } }
    open()
    expect(await screen.findByLabelText('Decoder of the key')).toHaveProperty('value', 'hex')
    type('Decoder of the key', '')
    save()
    await waitFor(() => expect(sent).toEqual([{ key: null, value: null }]))
  })

  test('are not sent without a subject or with a version that is none', async () => {
    open()
    await screen.findByLabelText('Decoder of the key')
    type('Decoder of the key', 'schema')
    type('Subject of the key', ' ')
    type('Version for the key', 'latest')
    save()
    expect(screen.getByText('Name the subject of the schema')).toBeTruthy()
    expect(screen.getByText('A version is a number from 1 on')).toBeTruthy()
    expect(sent).toEqual([])
  })

  test('can be a message of the configured files, and say what is wrong with those', async () => {
    open()
    await screen.findByLabelText('Decoder of the value')
    type('Decoder of the value', 'protobuf')
    save()
    expect(screen.getByText('Choose a message')).toBeTruthy()
    const problems = screen.getByRole('list', { name: 'Files that cannot be used' })
    expect(problems.textContent).toBe('protos/broken.proto, line 3: illegal token.')
    type('Message of the value', 'shop.Order.Item')
    save()
    const value = { decoder: 'protobuf', message: 'shop.Order.Item' }
    await waitFor(() => expect(sent).toEqual([{ key: null, value }]))
  })

  test('say how there can be messages where there are none', async () => {
    kept = { ...kept, messages: [], messageProblems: [] }
    open()
    await screen.findByLabelText('Decoder of the key')
    type('Decoder of the key', 'protobuf')
    expect(screen.getByText('Name .proto files in the configuration of the cluster')).toBeTruthy()
    expect(screen.queryByRole('list')).toBeNull()
  })

  test('keep a choice as it was read', () => {
    for (const choice of [
      null,
      { decoder: 'cbor' },
      { decoder: 'protobuf', message: 'a.B' },
      { decoder: 'schema', subject: 'a', version: 3 },
    ])
      expect(choiceOf(formOf(choice))).toEqual(choice)
  })
})
