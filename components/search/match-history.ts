// The queries that were asked in this browser, newest first: arrow-up brings them back.

const storageKey = 'riverglass.queries'
const keptMax = 50
const lengthMax = 4000

export function readHistory(): string[] {
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]')
    return Array.isArray(parsed) ? parsed.filter((each) => typeof each === 'string') : []
  } catch {
    return []
  }
}

export function addToHistory(match: string): void {
  const text = match.trim()
  if (text === '' || text.length > lengthMax) return
  const next = [text, ...readHistory().filter((each) => each !== text)].slice(0, keptMax)
  try {
    localStorage.setItem(storageKey, JSON.stringify(next))
  } catch {
    // Storage is closed to this page: there is no history then.
  }
}

/** Walks through the history; what was being typed is the place behind the newest. */
export function historyWalk(read: () => string[] = readHistory) {
  let place = -1
  let typed = ''
  return {
    /** The text to show, or null at the end of the way. */
    step(by: 1 | -1, current: string): string | null {
      const history = read()
      if (place === -1) typed = current
      const next = place + by
      if (next < -1 || next >= history.length) return null
      place = next
      return place === -1 ? typed : (history[place] ?? null)
    },
    reset() {
      place = -1
    },
  }
}
