// Bytes as the classic three columns: position, sixteen bytes in hex, the printable ASCII.

export interface HexLine {
  position: string
  hex: string
  ascii: string
}

export function hexLines(bytes: Uint8Array): HexLine[] {
  const lines: HexLine[] = []
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)]
    const pairs = row.map((byte) => byte.toString(16).padStart(2, '0'))
    lines.push({
      position: at.toString(16).padStart(6, '0'),
      hex: `${pairs.slice(0, 8).join(' ')}  ${pairs.slice(8).join(' ')}`.padEnd(48),
      ascii: row
        .map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '.'))
        .join(''),
    })
  }
  return lines
}
