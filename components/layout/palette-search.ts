// Which entries of the palette a text finds: all of its words must stand in the name; names that
// begin with the text come first. At most a few of a kind are listed, the rest is counted.

export interface PaletteEntry {
  group: string
  name: string
  run: () => void
}

export interface PaletteGroup {
  group: string
  entries: PaletteEntry[]
  more: number
}

const listedMax = 8

export function searchEntries(entries: readonly PaletteEntry[], text: string): PaletteGroup[] {
  const wanted = text.trim().toLowerCase()
  const words = wanted.split(/\s+/)
  const groups = new Map<string, PaletteEntry[]>()
  for (const entry of entries) {
    const name = entry.name.toLowerCase()
    if (!words.every((word) => name.includes(word))) continue
    const known = groups.get(entry.group)
    if (known === undefined) groups.set(entry.group, [entry])
    else known.push(entry)
  }
  return [...groups].map(([group, found]) => {
    const first = found.filter((entry) => entry.name.toLowerCase().startsWith(wanted))
    const rest = found.filter((entry) => !entry.name.toLowerCase().startsWith(wanted))
    const ordered = [...first, ...rest]
    return {
      group,
      entries: ordered.slice(0, listedMax),
      more: Math.max(0, ordered.length - listedMax),
    }
  })
}
