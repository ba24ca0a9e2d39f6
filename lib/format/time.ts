// Times for people: in a chosen zone, in a chosen form, to the millisecond, never in the
// machine's locale. Kafka's timestamps are milliseconds since 1970 as decimal strings; -1 means
// that the record carries none.

export type TimeZoneChoice = 'local' | 'utc'
export type TimeForm = 'full' | 'clock' | 'relative' | 'epoch'

export interface TimeChoice {
  zone: TimeZoneChoice
  form: TimeForm
}

/** Dates beyond this many milliseconds do not exist in JavaScript. */
const dateMax = 8_640_000_000_000_000

export function formatTime(timestamp: string | number, choice: TimeChoice, now: number): string {
  const time = Number(timestamp)
  if (time === -1) return 'no time'
  if (choice.form === 'epoch' || Math.abs(time) > dateMax) return String(timestamp)
  if (choice.form === 'relative') return formatAge(now - time)
  const text = isoText(time, choice.zone)
  return choice.form === 'clock' ? text.slice(11) : text
}

/** The full instant with its offset, for tooltips and copies: 2026-11-20 19:16:09.123 +01:00 */
export function formatInstant(timestamp: string | number, zone: TimeZoneChoice): string {
  const time = Number(timestamp)
  if (time === -1) return 'The record carries no time'
  if (Math.abs(time) > dateMax) return `${timestamp} ms since 1970`
  return `${isoText(time, zone)} ${zoneText(time, zone)}`
}

/** 2026-11-20 19:16:09.123 */
function isoText(time: number, zone: TimeZoneChoice): string {
  const shifted = zone === 'utc' ? time : time - new Date(time).getTimezoneOffset() * 60_000
  return Math.abs(shifted) > dateMax
    ? String(time)
    : new Date(shifted).toISOString().replace('T', ' ').replace('Z', '')
}

export function zoneText(time: number, zone: TimeZoneChoice): string {
  if (zone === 'utc') return 'UTC'
  const minutes = -new Date(time).getTimezoneOffset()
  const size = Math.abs(minutes)
  const hours = String(Math.floor(size / 60)).padStart(2, '0')
  return `${minutes < 0 ? '−' : '+'}${hours}:${String(size % 60).padStart(2, '0')}`
}

/** How long ago, one unit: 'now', '12 s', '5 min', '3 h', '12 d', '2 y'; 'in 5 min' ahead of now. */
export function formatAge(milliseconds: number): string {
  if (milliseconds < -1000) return `in ${span(-milliseconds)}`
  if (milliseconds < 1000) return 'now'
  return `${span(milliseconds)} ago`
}

const units: readonly [number, string][] = [
  [365.25 * 86_400_000, 'y'],
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
]

export function span(milliseconds: number): string {
  for (const [size, unit] of units) {
    if (milliseconds >= size) return `${Math.floor(milliseconds / size)} ${unit}`
  }
  return `${Math.floor(milliseconds)} ms`
}

/** What a field of type datetime-local holds, for an instant, and back. */
export function toDateTimeField(time: number, zone: TimeZoneChoice): string {
  return isoText(time, zone).replace(' ', 'T').slice(0, 19)
}

export function fromDateTimeField(text: string, zone: TimeZoneChoice): number | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?$/.test(text)) return null
  const time = Date.parse(zone === 'utc' ? `${text}Z` : text)
  return Number.isNaN(time) ? null : time
}
