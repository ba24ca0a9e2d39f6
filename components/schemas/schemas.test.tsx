import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { subjectQuery } from '../../lib/api/schemas.ts'
import type { SchemaVersionDetail } from '../../lib/contracts/schemas.ts'
import { CompatibilityDialog } from './compatibility-dialog.tsx'
import { DeleteSubject } from './delete-subject.tsx'
import { FieldsTable } from './fields-table.tsx'
import { readReferences, writeReferences } from './references-text.ts'
import { RegisterSchema } from './register-schema.tsx'
import { Changes, Places } from './subject-view.tsx'

vi.mock('next/navigation', () => ({ useRouter: () => ({ push: (to: string) => moved.push(to) }) }))

let moved: string[]
let asked: { method: string; path: string; body: unknown }[]
let answers: (path: string) => unknown

beforeEach(() => {
  moved = []
  asked = []
  window.matchMedia = ((query: string) => ({ matches: false, media: query })) as never
  vi.stubGlobal('fetch', async (path: string, init: RequestInit = {}) => {
    const body: unknown = init.body === undefined ? undefined : JSON.parse(init.body as string)
    asked.push({ method: init.method ?? 'GET', path, body })
    return Response.json(answers(path))
  })
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const show = (children: ReactNode) =>
  render(<QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>)
/** Shows a subject, as the page below the dialog does. */
function Shown() {
  useQuery({ ...subjectQuery('c', 'orders-value'), initialData: {} as never })
  return null
}
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }))
const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } })

const version = (number: number, text: string): SchemaVersionDetail => ({
  version: number,
  id: number,
  deleted: false,
  type: 'AVRO',
  text,
  references: [],
  referencedBy: [],
})
const versions = [version(2, '{"type":"long","doc":"x"}'), version(1, '{\n"type": "int"}')]
const orders = {
  name: 'orders-value',
  versions,
  compatibility: { level: 'BACKWARD', isOwn: false },
}

describe('registering a schema', () => {
  test('starts from the latest version, tells what it would break, and registers nothing then', async () => {
    answers = () => ({ result: 'incompatible', messages: ['TYPE_MISMATCH at /', '<b>x</b>'] })
    show(<RegisterSchema cluster="c" subject={orders} onClose={() => undefined} />)
    expect(screen.getByLabelText('Schema')).toHaveProperty(
      'value',
      '{\n  "type": "long",\n  "doc": "x"\n}',
    )
    press('Check')
    expect(await screen.findByText('TYPE_MISMATCH at /')).toBeTruthy()
    expect(screen.getByText('<b>x</b>')).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Register' })).toBeNull()
    expect(asked.map(({ path }) => path)).toEqual(['/api/clusters/c/schemas/orders-value/check'])
  })

  test('is done once it was checked as it stands', async () => {
    answers = (path) =>
      path.endsWith('/check') ? { result: 'compatible', messages: [] } : { id: 9, version: 1 }
    show(<RegisterSchema cluster="c" subject={null} onClose={() => undefined} />)
    type('Subject', 'a/b-value')
    type('Schema', '"string"')
    type('References', 'shop.Item items 3')
    press('Check')
    await screen.findByRole('button', { name: 'Register' })
    // A change takes the check back.
    type('Schema', '"bytes"')
    press('Check')
    await screen.findByRole('button', { name: 'Register' })
    press('Register')
    await waitFor(() => expect(moved).toEqual(['/clusters/c/schemas/a%2Fb-value']))
    const body = {
      type: 'AVRO',
      text: '"bytes"',
      references: [{ name: 'shop.Item', subject: 'items', version: 3 }],
    }
    const path = '/api/clusters/c/schemas/a%2Fb-value/versions'
    expect(asked.at(-1)).toEqual({ method: 'POST', path, body })
  })

  test('takes references as lines, and says when one is none', () => {
    const odd = [
      { name: 'a b', subject: 'q"\\', version: 1 },
      { name: 'x.proto', subject: 'x', version: 22 },
    ]
    expect(readReferences(writeReferences(odd))).toEqual(odd)
    for (const wrong of ['a', 'a b', 'a b 0', 'a b c', '"a b 1', '"\\x" b 1'])
      expect(readReferences(wrong)).toBeNull()
    expect(readReferences(' \n')).toEqual([])
  })
})

const commands = { command: 'curl -X DELETE a', permanentCommand: 'curl -X DELETE b' }

describe('a subject', () => {
  test('is not deleted while another schema refers to it', async () => {
    answers = () => ({
      versions: [1, 2],
      referencedBy: [{ subject: 'carts-value', version: 4 }],
      topics: [{ topic: 'orders', part: 'value' }],
      deleted: [],
      ...commands,
    })
    show(<DeleteSubject cluster="c" subject={orders} onClose={() => undefined} />)
    expect(await screen.findByText('carts-value version 4')).toBeTruthy()
    expect(screen.getByText('The values of topic orders go by it.')).toBeTruthy()
    type('Type orders-value to confirm', 'orders-value')
    expect(screen.getByRole('button', { name: 'Delete' })).toHaveProperty('disabled', true)
  })

  test('is deleted for good by its name', async () => {
    answers = (path) =>
      path.includes('preview')
        ? { versions: [1], referencedBy: [], topics: [], deleted: [], ...commands }
        : { versions: [1] }
    show(<DeleteSubject cluster="c" subject={orders} onClose={() => undefined} />)
    fireEvent.click(screen.getByLabelText('For good'))
    type('What', '1')
    await screen.findByLabelText('Type orders-value to confirm')
    expect(screen.getByText('curl -X DELETE b')).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Delete for good' })).toHaveProperty('disabled', true)
    type('Type orders-value to confirm', 'orders-value')
    press('Delete for good')
    await waitFor(() => expect(asked.some(({ method }) => method === 'DELETE')).toBe(true))
    const path = '/api/clusters/c/schemas/orders-value?permanent=true&version=1'
    expect(asked.find(({ method }) => method === 'DELETE')?.path).toBe(path)
  })

  test('of which a version is deleted already can lose it for good only', async () => {
    answers = () => ({ versions: [1], referencedBy: [], topics: [], deleted: [1], ...commands })
    const subject = {
      ...orders,
      versions: [versions[0], { ...versions[1], deleted: true }],
    } as never
    show(<DeleteSubject cluster="c" subject={subject} onClose={() => undefined} />)
    expect(screen.getByRole('button', { name: 'Delete' })).toBeTruthy()
    type('What', '1')
    expect(await screen.findByText('curl -X DELETE b')).toBeTruthy()
    expect(screen.getByLabelText('For good')).toHaveProperty('disabled', true)
    expect(screen.getByRole('button', { name: 'Delete for good' })).toBeTruthy()
  })

  test('is not asked for again once it is gone', async () => {
    answers = (path) =>
      path.includes('preview')
        ? { versions: [1, 2], referencedBy: [], topics: [], deleted: [], ...commands }
        : { versions: [1, 2] }
    show(
      <>
        <Shown />
        <DeleteSubject cluster="c" subject={orders} onClose={() => undefined} />
      </>,
    )
    await screen.findByLabelText('Type orders-value to confirm')
    type('Type orders-value to confirm', 'orders-value')
    press('Delete')
    await waitFor(() => expect(moved).toEqual(['/clusters/c/schemas']))
    expect(asked.map(({ path }) => path)).not.toContain('/api/clusters/c/schemas/orders-value')
  })

  test('gets a level of its own, which says what it promises', async () => {
    answers = () => ({ level: 'NONE', isOwn: true })
    show(<CompatibilityDialog cluster="c" subject={orders} onClose={() => undefined} />)
    expect(screen.getByRole('button', { name: 'Set it' })).toHaveProperty('disabled', true)
    type('Level', 'NONE')
    expect(screen.getByText(/Nothing is checked/)).toBeTruthy()
    press('Set it')
    await waitFor(() => expect(asked[0]?.body).toEqual({ level: 'NONE' }))
  })

  test('is compared by lines that were laid out alike', () => {
    const [after] = versions as [SchemaVersionDetail]
    show(<Changes versions={versions} after={after} before={null} onBefore={() => undefined} />)
    const diff = screen.getByRole('region', { name: 'From version 1 to 2' })
    expect(diff.textContent).toContain('removed:   "type": "int"')
    expect(diff.textContent).toContain('added:   "type": "long"')
    expect(diff.textContent?.match(/removed:/g)).toHaveLength(1)
  })

  test('leads to what it refers to', () => {
    show(<Places cluster="c" places={[{ name: 'N', subject: 'a/b', version: 3 }]} />)
    const link = screen.getByRole('link', { name: 'a/b' })
    expect(link.getAttribute('href')).toBe('/clusters/c/schemas/a%2Fb?version=3')
  })

  test('shows its fields with types, docs and defaults as text', () => {
    const field = {
      path: 'a',
      name: '<i>a</i>',
      depth: 0,
      type: 'string',
      optional: true,
      default: '"x"',
      doc: 'What it is.',
      recursive: false,
    }
    show(<FieldsTable label="Fields" fields={[field]} />)
    const row = screen.getByRole('row', { name: /<i>a<\/i>/ })
    expect(row.textContent).toBe('<i>a</i>string optionalWhat it is.default "x"')
  })
})
