// Counts, rates and sizes for people. 64-bit counts arrive as decimal strings and are grouped as
// text, so that they never pass through floating point. The output does not depend on the
// locale: server and browser print the same.

/** 1234567 → 1,234,567 */
export function formatCount(value: number | string | bigint): string {
  const text = String(value)
  const negative = text.startsWith('-')
  const digits = negative ? text.slice(1) : text
  const grouped = digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',')
  return negative ? `−${grouped}` : grouped
}

const steps: readonly [number, string][] = [
  [1e15, 'P'],
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
]

/** 12,345 stays whole; from 100,000 on three digits and a unit: 123k, 1.23M. */
export function formatCompact(value: number | string): string {
  const number = Number(value)
  if (Math.abs(number) < 100_000) return formatCount(Math.round(number))
  for (const [size, unit] of steps) {
    if (Math.abs(number) >= size) return `${threeDigits(number / size)}${unit}`
  }
  return formatCount(Math.round(number))
}

/** Per second; below 10 with one decimal, so that a trickle does not read as nothing. */
export function formatRate(perSecond: number): string {
  if (perSecond === 0) return '0/s'
  if (perSecond < 0.1) return '<0.1/s'
  if (perSecond < 10) return `${perSecond.toFixed(1)}/s`
  return `${formatCompact(perSecond)}/s`
}

const byteSteps: readonly [bigint, string][] = [
  [1n << 50n, 'PiB'],
  [1n << 40n, 'TiB'],
  [1n << 30n, 'GiB'],
  [1n << 20n, 'MiB'],
  [1n << 10n, 'KiB'],
]

/** Powers of 1024, three digits. */
export function formatBytes(value: number | string): string {
  const bytes = BigInt(value)
  for (const [size, unit] of byteSteps) {
    if (bytes >= size) return `${threeDigits(Number((bytes * 1000n) / size) / 1000)} ${unit}`
  }
  return `${bytes} B`
}

function threeDigits(value: number): string {
  const size = Math.abs(value)
  if (size < 10) return value.toFixed(2)
  if (size < 100) return value.toFixed(1)
  return String(Math.floor(value))
}

export function plural(count: number | string, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${String(count) === '1' ? one : many}`
}
