// A moment to the nanosecond as ISO 8601, with as many digits as it needs: none, three, six or nine.

/** `seconds` from 1970, within what a Date can hold; `nanos` from 0 to 999,999,999. */
export function instantOf(seconds: number, nanos: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, -5)}${fractionOf(nanos)}Z`
}

/** `.123456`, or nothing for 0. */
export function fractionOf(nanos: number): string {
  if (nanos === 0) return ''
  return `.${String(nanos)
    .padStart(9, '0')
    .replace(/(000){1,2}$/, '')}`
}
