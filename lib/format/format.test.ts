import { describe, expect, test } from 'vitest'
import { formatBytes, formatCompact, formatCount, formatRate, plural } from './count.ts'
import { hexLines } from './hex.ts'
import { formatAge, formatInstant, formatTime, fromDateTimeField, toDateTimeField } from './time.ts'

describe('counts', () => {
  test('are grouped as text, so that 64-bit numbers keep their last digit', () => {
    expect(formatCount('9223372036854775807')).toBe('9,223,372,036,854,775,807')
    expect(formatCount('-1234')).toBe('−1,234')
    expect(formatCount(999)).toBe('999')
  })
  test('get a unit only where the digits stop helping', () => {
    expect(formatCompact(99_999)).toBe('99,999')
    expect(formatCompact(1_234_567)).toBe('1.23M')
    expect(formatCompact('250000')).toBe('250k')
  })
  test('agree with their noun', () => {
    expect(plural(1, 'replica')).toBe('1 replica')
    expect(plural('1', 'message')).toBe('1 message')
    expect(plural(0, 'partition')).toBe('0 partitions')
  })
})

describe('rates', () => {
  test('show a trickle as more than nothing', () => {
    expect(formatRate(0)).toBe('0/s')
    expect(formatRate(0.01)).toBe('<0.1/s')
    expect(formatRate(3.14)).toBe('3.1/s')
    expect(formatRate(12_345)).toBe('12,345/s')
  })
})

describe('bytes', () => {
  test('are powers of 1024 with three digits', () => {
    expect(formatBytes(0)).toBe('0 B')
    expect(formatBytes(1023)).toBe('1023 B')
    expect(formatBytes(1024)).toBe('1.00 KiB')
    expect(formatBytes('5242880')).toBe('5.00 MiB')
    expect(formatBytes('9223372036854775807')).toBe('8191 PiB')
  })
})

describe('times', () => {
  const utc = { zone: 'utc', form: 'full' } as const
  test('are exact to the millisecond in the chosen zone and form', () => {
    expect(formatTime('1700000000123', utc, 0)).toBe('2023-11-14 22:13:20.123')
    expect(formatTime('1700000000123', { ...utc, form: 'clock' }, 0)).toBe('22:13:20.123')
    expect(formatTime('1700000000123', { ...utc, form: 'epoch' }, 0)).toBe('1700000000123')
    expect(formatTime('1700000000123', { ...utc, form: 'relative' }, 1_700_000_060_123)).toBe(
      '1 min ago',
    )
    expect(formatInstant('1700000000123', 'utc')).toBe('2023-11-14 22:13:20.123 UTC')
  })
  test('that do not exist, or that no calendar holds, are said so', () => {
    expect(formatTime('-1', utc, 0)).toBe('no time')
    expect(formatTime('9223372036854775807', utc, 0)).toBe('9223372036854775807')
  })
  test('read ahead of now and behind it', () => {
    expect(formatAge(500)).toBe('now')
    expect(formatAge(90_000)).toBe('1 min ago')
    expect(formatAge(-7_200_000)).toBe('in 2 h')
  })
  test('survive the way through an input field', () => {
    const time = Date.UTC(2026, 2, 1, 12, 30, 15)
    expect(fromDateTimeField(toDateTimeField(time, 'utc'), 'utc')).toBe(time)
    expect(fromDateTimeField(toDateTimeField(time, 'local'), 'local')).toBe(time)
    expect(fromDateTimeField('2026-03', 'utc')).toBeNull()
  })
})

describe('bytes in hex', () => {
  test('stand in lines of sixteen with their printable letters', () => {
    const lines = hexLines(
      new Uint8Array([0x48, 0x69, 0, 0xff, ...Array.from({ length: 13 }, () => 0x2e)]),
    )
    expect(lines).toHaveLength(2)
    expect(lines[0]).toEqual({
      position: '000000',
      hex: '48 69 00 ff 2e 2e 2e 2e  2e 2e 2e 2e 2e 2e 2e 2e',
      ascii: 'Hi..............',
    })
    expect(lines[1]?.position).toBe('000010')
  })
})
