import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, test } from 'vitest'
import type { Payload } from '../../lib/contracts/messages.ts'
import { PayloadText } from './payload-text.tsx'

afterEach(cleanup)

const payload = (text: string, size = text.length): Payload => ({
  size,
  decoder: 'text',
  text,
  truncated: false,
  refused: [],
})

const show = (given: Payload | null) =>
  render(<PayloadText payload={given} nullWord="null · tombstone" />).container

describe('a payload in a row', () => {
  test('that is null, empty or blank is named in a frame, which data never has', () => {
    for (const [given, word] of [
      [null, 'null · tombstone'],
      [payload(''), 'empty'],
      [payload('  '), 'blank, 2 B'],
    ] as const) {
      show(given)
      expect(screen.getByText(word).className).toContain('border-dashed')
      cleanup()
    }
  })

  test('that only reads like null is data', () => {
    show(payload('null'))
    expect(screen.getByText('null').className).not.toContain('border-dashed')
  })

  test('is one line, and no longer than a row can be wide', () => {
    expect(show(payload('a\n\tb')).textContent).toBe('a b')
    cleanup()
    expect(show(payload('x'.repeat(100_000))).textContent?.length).toBe(400)
  })
})
