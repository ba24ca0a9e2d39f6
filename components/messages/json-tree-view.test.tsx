import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, test } from 'vitest'
import { parseJsonTree } from '../../lib/format/json-tree.ts'
import { JsonTreeView } from './json-tree-view.tsx'

afterEach(cleanup)

const show = (text: string) => render(<JsonTreeView root={parseJsonTree(text)} />)

describe('the tree of a JSON document', () => {
  test('shows numbers exactly as they were written', () => {
    show('{"id": 9007199254740993, "price": 0.10000000000000000001}')
    expect(screen.getByText('9007199254740993')).toBeTruthy()
    expect(screen.getByText('0.10000000000000000001')).toBeTruthy()
  })

  test('shows both of two members with one name', () => {
    show('{"same": 1, "same": 2}')
    expect(screen.getAllByText('"same"')).toHaveLength(2)
  })

  test('shows markup as text', () => {
    const { container } = show('{"html": "<img src=x onerror=alert(1)>"}')
    expect(container.querySelector('img')).toBeNull()
    expect(screen.getByText('"<img src=x onerror=alert(1)>"')).toBeTruthy()
  })

  test('draws a long list a piece at a time', () => {
    show(JSON.stringify({ list: Array.from({ length: 250 }, (_, index) => index) }))
    const list = screen.getByRole('button', { name: /list/ })
    expect(list.getAttribute('aria-expanded')).toBe('false')
    fireEvent.click(list)
    expect(screen.queryByText('99')).not.toBeNull()
    expect(screen.queryByText('249')).toBeNull()
    fireEvent.click(screen.getByRole('button', { name: '150 more' }))
    expect(screen.queryByText('249')).not.toBeNull()
  })
})
