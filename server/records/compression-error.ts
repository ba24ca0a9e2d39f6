// Compressed records that cannot or may not be decompressed.

export class CompressionError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'CompressionError'
  }
}
