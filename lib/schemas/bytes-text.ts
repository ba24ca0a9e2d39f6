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

export function textOfUtf8(bytes: Uint8Array): string {
  return bytes.length <= SHORT_TEXT_MAX ? shortText(bytes) : longText(bytes)
}

function shortText(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number
    if (byte >= 0x80) return longText(bytes)
    text += String.fromCharCode(byte)
  }
  return text
}

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
