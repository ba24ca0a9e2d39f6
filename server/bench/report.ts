// Rows of figures, one column for each subject: a table for people, JSON for programs.

export type Figures = Map<string, Map<string, number>>

export function note(figures: Figures, row: string, subject: string, value: number): void {
  const columns = figures.get(row) ?? new Map<string, number>()
  columns.set(subject, value)
  figures.set(row, columns)
}

export function tableOf(figures: Figures): string {
  const subjects = [...new Set([...figures.values()].flatMap((columns) => [...columns.keys()]))]
  const withRatio = subjects.length === 2
  const head = ['', ...subjects, ...(withRatio ? ['ratio'] : [])]
  const lines = [...figures].map(([row, columns]) => {
    const values = subjects.map((subject) => columns.get(subject))
    const [first, second] = values
    const ratio = first === undefined || second === undefined ? '' : shown(first / second)
    const cells = values.map((value) => (value === undefined ? '–' : shown(value)))
    return [row, ...cells, ...(withRatio ? [ratio] : [])]
  })
  const all = [head, ...lines]
  const widths = head.map((_, at) => Math.max(...all.map((line) => line[at]?.length ?? 0)))
  return all
    .map((line) =>
      line
        .map((cell, at) =>
          at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Three figures that count, with separators from a thousand on. */
function shown(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2
  return value.toLocaleString('en', {
    maximumFractionDigits: digits,
    minimumFractionDigits: digits,
  })
}
