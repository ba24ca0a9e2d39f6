// Bytes inside a structured payload as text. What should be UTF-8 and is not stays visible as
// bytes, in place.

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** Shorter text is put together by hand, which is quicker than calling a decoder. */
const SHORT_TEXT_MAX = 24

interface NodeBuffer extends Uint8Array {
  utf8Slice(from: number, to: number): string
}

function isNodeBuffer(bytes: Uint8Array): bytes is NodeBuffer {
  return 'utf8Slice' in bytes
}

let unreadable = 0

/** Texts so far that were no UTF-8; a count that does not change tells that none was met. */
export function unreadableTexts(): number {
  return unreadable
}

/** Of those from `from` to before `to`; of all when they are left out. */
export function textOfUtf8(bytes: Uint8Array, from = 0, to = bytes.length): string {
  if (to - from > SHORT_TEXT_MAX) return longText(bytes.subarray(from, to))
  let text = ''
  let at = from
  // Four letters at a time, so that fewer texts are made on the way.
  for (; at + 4 <= to; at += 4) {
    const [a, b, c, d] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]] as FourBytes
    if ((a | b | c | d) >= 0x80) return longText(bytes.subarray(from, to))
    text += String.fromCharCode(a, b, c, d)
  }
  for (; at < to; at++) {
    const byte = bytes[at] as number
    if (byte >= 0x80) return longText(bytes.subarray(from, to))
    text += String.fromCharCode(byte)
  }
  return text
}

type FourBytes = [number, number, number, number]

function longText(bytes: Uint8Array): string {
  // Node's own is the quicker one; it puts U+FFFD where bytes are no text.
  if (isNodeBuffer(bytes)) {
    const text = bytes.utf8Slice(0, bytes.length)
    if (!text.includes('\ufffd')) return text
  }
  try {
    return utf8.decode(bytes)
  } catch {
    unreadable++
    return `0x${hexOf(bytes)} (not valid UTF-8)`
  }
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export function hexOf(bytes: Uint8Array): string {
  let digits = ''
  for (const byte of bytes) digits += HEX[byte]
  return digits
}

/** As the standard alphabet of RFC 4648 has it. */
export function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  }
  return btoa(text)
}

/** 16 bytes as 8-4-4-4-12 digits (RFC 9562). */
export function uuidOf(bytes: Uint8Array): string {
  const digits = hexOf(bytes.subarray(0, 16))
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
