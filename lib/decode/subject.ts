// The bytes under examination, with what several decoders would otherwise each work out again.
// Runs anywhere: Uint8Array and TextDecoder only.

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export class Subject {
  readonly bytes: Uint8Array
  private decoded: { text: string | undefined } | undefined

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  /** The bytes as UTF-8; undefined when they are not. */
  get text(): string | undefined {
    this.decoded ??= { text: decodeUtf8(this.bytes) }
    return this.decoded.text
  }

  get view(): DataView {
    return new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength)
  }
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}
