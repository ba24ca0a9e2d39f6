import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { useState } from 'react'
import { afterEach, describe, expect, test } from 'vitest'
import type { Field } from './complete.ts'
import { MatchField } from './match-field.tsx'

// The editor measures text, which jsdom has no layout for.
Range.prototype.getClientRects = () => [] as unknown as DOMRectList

/** The editor is loaded from its own files. */
const slow = { timeout: 20_000 }

afterEach(cleanup)

const seen: Field[] = [{ path: 'value.distance', types: ['number'], share: 1, examples: [] }]

function Harness({ first }: { first: string }) {
  const [fields, setFields] = useState<readonly Field[]>([])
  const [text, setText] = useState(first)
  const [asked, setAsked] = useState('')
  return (
    <>
      <MatchField
        text={text}
        fields={fields}
        error={null}
        refused={null}
        onChange={setText}
        onSubmit={setAsked}
      />
      <output>{asked}</output>
      <button type="button" onClick={() => setText('from a link')}>
        Link
      </button>
      <button type="button" onClick={() => setFields(seen)}>
        Fields
      </button>
    </>
  )
}
const field = () => screen.getByRole('textbox', { name: 'Match' })

describe('the field for the match', () => {
  test('is a plain input until it is used, then an editor with the same text and focus', async () => {
    render(<Harness first="order 4711" />)
    expect(field()).toBeInstanceOf(HTMLInputElement)
    field().focus()
    await waitFor(() => expect(field()).not.toBeInstanceOf(HTMLInputElement), slow)
    expect(field().textContent).toBe('order 4711')
    expect(document.activeElement).toBe(field())
  })

  test('asks on Enter and follows a text that comes from elsewhere', async () => {
    render(<Harness first="a" />)
    field().focus()
    await waitFor(() => expect(field()).not.toBeInstanceOf(HTMLInputElement), slow)
    fireEvent.keyDown(field(), { key: 'Enter' })
    expect(document.querySelector('output')?.textContent).toBe('a')
    fireEvent.click(screen.getByRole('button', { name: 'Link' }))
    await waitFor(() => expect(field().textContent).toBe('from a link'), slow)
  })

  test('fields that arrive while a path is typed are offered without another key', async () => {
    render(<Harness first="value.di" />)
    field().focus()
    await waitFor(() => expect(field()).not.toBeInstanceOf(HTMLInputElement), slow)
    expect(screen.queryByRole('option')).toBeNull()
    // A click on it would take the focus from the field in a browser as well; this does not.
    fireEvent.click(screen.getByRole('button', { name: 'Fields' }))
    const option = await screen.findByRole('option', {}, slow)
    expect(option.textContent).toContain('value.distance')
  })
})
