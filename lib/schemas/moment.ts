// Dates, times and moments from the texts in which they are shown, exact to the nanosecond. The
// opposite of avro/logical.ts and of instant.ts.

const DATE = /^([+-]\d{6}|\d{4})-\d{2}-\d{2}$/
const CLOCK = /^(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?$/
const MOMENT =
  /^((?:[+-]\d{6}|\d{4})-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})?$/
const DAY_MS = 86_400_000

/** Days from 1970; undefined for what is no date of the calendar. */
export function daysFrom(text: string): number | undefined {
  if (!DATE.test(text)) return undefined
  const ms = Date.parse(`${text}T00:00:00Z`)
  // A day that a month does not have would be counted on into the next.
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(text)) return undefined
  return ms / DAY_MS
}

/** Nanoseconds of a day; undefined for what is no time of one. */
export function clockFrom(text: string): bigint | undefined {
  const match = CLOCK.exec(text)
  if (match === null) return undefined
  const [, hours = '', minutes = '', seconds = '', fraction = ''] = match
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined
  const whole = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'))
}

/**
 * Nanoseconds from 1970; undefined for what is none. `local`: of a clock on some wall, which has
 * no zone; any other needs one.
 */
export function nanosFrom(text: string, local: boolean): bigint | undefined {
  const match = MOMENT.exec(text)
  if (match === null) return undefined
  const [, date = '', clock = '', fraction = '', zone] = match
  if ((zone === undefined) !== local || daysFrom(date) === undefined) return undefined
  const ms = Date.parse(`${date}T${clock}${zone ?? 'Z'}`)
  if (Number.isNaN(ms)) return undefined
  return BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))
}
