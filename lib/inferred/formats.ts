// What a text looks like: a moment, a UUID, an address. A guess from the text alone, which is why
// whoever shows it says that it is inferred.

export interface TextFormat {
  name: string
  /** Of dates and times: what orders them, in nanoseconds. */
  at?: bigint
}

/** Longer texts are none of these. */
const LENGTH_MAX = 2_000

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/
const TIME = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,9}))?)?$/
const DATE_TIME =
  /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?$/
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const EMAIL = /^[^\s@<>"]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/
const URI = /^(?:[a-z][a-z0-9+.-]*:\/\/[^\s<>"]+|urn:[a-z0-9-]+:[^\s<>"]+)$/i
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/

/** Null for a text that is only a text. */
export function formatOfText(text: string): TextFormat | null {
  if (text.length === 0 || text.length > LENGTH_MAX) return null
  const first = text.charCodeAt(0)
  const isDigit = (first >= 0x30 && first <= 0x39) || first === 0x2d
  if (isDigit) {
    const moment = momentOf(text)
    if (moment !== null) return moment
    if (NUMBER.test(text)) return { name: 'number' }
    if (IPV4.test(text)) return { name: 'ipv4' }
  }
  if (UUID.test(text)) return { name: 'uuid' }
  if (EMAIL.test(text)) return { name: 'email' }
  if (URI.test(text)) return { name: 'uri' }
  if (isIpv6(text)) return { name: 'ipv6' }
  return null
}

function momentOf(text: string): TextFormat | null {
  const dateTime = DATE_TIME.exec(text)
  if (dateTime !== null) {
    const [, date = '', minutes = '', seconds = '00', fraction = '', zone = 'Z'] = dateTime
    const at = millisOf(date, `${minutes}:${seconds}`, zone)
    return at === null
      ? null
      : { name: 'date-time', at: BigInt(at) * 1_000_000n + nanosOf(fraction) }
  }
  if (DATE.test(text)) {
    const at = millisOf(text, '00:00:00', 'Z')
    return at === null ? null : { name: 'date', at: BigInt(at) * 1_000_000n }
  }
  const time = TIME.exec(text)
  if (time === null) return null
  const [, hours, minutes, seconds = '0', fraction = ''] = time
  const inSeconds = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  return { name: 'time', at: BigInt(inSeconds) * 1_000_000_000n + nanosOf(fraction) }
}

/** Null for a day that no month has. */
function millisOf(date: string, time: string, zone: string): number | null {
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone
  const at = Date.parse(`${date}T${time}${offset}`)
  const day = Date.parse(`${date}T00:00:00Z`)
  if (Number.isNaN(at) || Number.isNaN(day)) return null
  return new Date(day).toISOString().startsWith(date) ? at : null
}

function nanosOf(fraction: string): bigint {
  return BigInt(fraction.padEnd(9, '0'))
}

/** With `::` for zeros at most once, and at its end perhaps an IPv4 address. */
function isIpv6(text: string): boolean {
  if (text.length > 45 || !/^[0-9a-f:.]+$/i.test(text) || !text.includes(':')) return false
  const halves = text.split('::')
  if (halves.length > 2) return false
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  const last = groups.at(-1) ?? ''
  const hasIpv4 = last.includes('.')
  if (hasIpv4 && !IPV4.test(last)) return false
  const plain = hasIpv4 ? groups.slice(0, -1) : groups
  if (!plain.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false
  const count = plain.length + (hasIpv4 ? 2 : 0)
  return halves.length === 2 ? count < 8 : count === 8
}
