// References as lines that can be typed: the name in the schema, the subject and the version, with
// blanks between them. A name or subject with a blank in it is written as JSON writes texts.

interface Reference {
  name: string
  subject: string
  version: number
}

export function writeReferences(references: readonly Reference[]): string {
  const word = (text: string) => (/^[^\s"]+$/.test(text) ? text : JSON.stringify(text))
  return references
    .map(({ name, subject, version }) => `${word(name)} ${word(subject)} ${version}`)
    .join('\n')
}

/** Null when a line is not one. */
export function readReferences(text: string): Reference[] | null {
  const references: Reference[] = []
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') continue
    const match =
      /^\s*("(?:[^"\\]|\\.)*"|[^\s"]+)\s+("(?:[^"\\]|\\.)*"|[^\s"]+)\s+(\d{1,9})\s*$/.exec(line)
    const [name, subject] = [wordOf(match?.[1]), wordOf(match?.[2])]
    const version = Number(match?.[3])
    if (!name || !subject || !(version >= 1)) return null
    references.push({ name, subject, version })
  }
  return references
}

function wordOf(text: string | undefined): string | null {
  if (text?.startsWith('"') !== true) return text ?? null
  try {
    return JSON.parse(text) as string
  } catch {
    return null
  }
}
