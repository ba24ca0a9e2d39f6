// Figures of two clusters side by side: rows of one kind in one table, the middle of all rounds,
// the ratio, and whether that is what we aim at.

export interface Metric {
  name: string
  /** Of the ratio, ours to theirs. */
  aim: { atLeast: number } | { atMost: number }
}

interface Row {
  name: string
  /** Metric → subject → one figure for each round. */
  rounds: Map<Metric, Map<string, number[]>>
}

export interface Shortfall {
  row: string
  metric: string
  ratio: number
  aim: Metric['aim']
}

export class ComparisonTable {
  readonly title: string
  private readonly metrics: readonly Metric[]
  private readonly subjects: readonly [string, string]
  private readonly rows: Row[] = []

  constructor(title: string, metrics: readonly Metric[], subjects: readonly [string, string]) {
    this.title = title
    this.metrics = metrics
    this.subjects = subjects
  }

  get isEmpty(): boolean {
    return this.rows.length === 0
  }

  /** One round's figure; NaN is none. */
  note(rowName: string, metric: Metric, subject: string, figure: number): void {
    let row = this.rows.find(({ name }) => name === rowName)
    if (row === undefined) {
      row = { name: rowName, rounds: new Map() }
      this.rows.push(row)
    }
    const bySubject = row.rounds.get(metric) ?? new Map<string, number[]>()
    row.rounds.set(metric, bySubject)
    const figures = bySubject.get(subject) ?? []
    bySubject.set(subject, figures)
    if (!Number.isNaN(figure)) figures.push(figure)
  }

  shortfalls(): Shortfall[] {
    return this.rows.flatMap((row) =>
      this.metrics.flatMap((metric) => {
        const ratio = this.ratioOf(row, metric)
        if (ratio === undefined || isReached(ratio, metric.aim)) return []
        return [{ row: row.name, metric: metric.name, ratio, aim: metric.aim }]
      }),
    )
  }

  /** A table in Markdown; a ratio that falls short is bold. */
  markdown(): string {
    const [ours, theirs] = this.subjects
    const head = ['', ...this.metrics.flatMap(({ name }) => [`${name}: ${ours}`, theirs, 'ratio'])]
    const lines = this.rows.map((row) => [
      row.name,
      ...this.metrics.flatMap((metric) => {
        const ratio = this.ratioOf(row, metric)
        return [
          shown(this.middleOf(row, metric, ours)),
          shown(this.middleOf(row, metric, theirs)),
          ratio === undefined
            ? ''
            : isReached(ratio, metric.aim)
              ? ratio.toFixed(2)
              : `**${ratio.toFixed(2)}**`,
        ]
      }),
    ])
    return aligned([head, ...lines])
  }

  json(): Record<string, unknown> {
    return Object.fromEntries(
      this.rows.map((row) => [
        row.name,
        Object.fromEntries(
          [...row.rounds].map(([{ name, aim }, bySubject]) => [
            name,
            {
              aim,
              ...Object.fromEntries(
                [...bySubject].map(([subject, rounds]) => [
                  subject,
                  { middle: middle(rounds), rounds },
                ]),
              ),
            },
          ]),
        ),
      ]),
    )
  }

  private middleOf(row: Row, metric: Metric, subject: string): number | undefined {
    return middle(row.rounds.get(metric)?.get(subject) ?? [])
  }

  private ratioOf(row: Row, metric: Metric): number | undefined {
    const [ours, theirs] = this.subjects
    const left = this.middleOf(row, metric, ours)
    const right = this.middleOf(row, metric, theirs)
    return left === undefined || right === undefined || right === 0 ? undefined : left / right
  }
}

function isReached(ratio: number, aim: Metric['aim']): boolean {
  return 'atLeast' in aim ? ratio >= aim.atLeast : ratio <= aim.atMost
}

/** In words, for the list of what falls short. */
export function describeShortfall({ row, metric, ratio, aim }: Shortfall): string {
  const wanted = 'atLeast' in aim ? `at least ${aim.atLeast}` : `at most ${aim.atMost}`
  return `${row}, ${metric}: ratio ${ratio.toFixed(2)}, aim ${wanted}`
}

export function middle(figures: readonly number[]): number | undefined {
  if (figures.length === 0) return undefined
  const sorted = [...figures].sort((a, b) => a - b)
  const half = sorted.length >> 1
  const upper = sorted[half] as number
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] as number)) / 2
}

/** Three figures that count. */
function shown(value: number | undefined): string {
  if (value === undefined) return '–'
  const rounded = value >= 1000 ? Number(value.toPrecision(3)) : value
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2
  return rounded.toLocaleString('en', {
    maximumFractionDigits: digits,
    minimumFractionDigits: digits,
  })
}

function aligned(rows: readonly string[][]): string {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => (row[at] ?? '').length)),
  )
  const line = (cells: readonly string[]) => {
    const padded = cells.map((cell, at) =>
      at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
    )
    return `| ${padded.join(' | ')} |`
  }
  const rule = widths.map((width, at) =>
    at === 0 ? '-'.repeat(width) : `${'-'.repeat(Math.max(0, width - 1))}:`,
  )
  const [head, ...body] = rows
  return [line(head ?? []), line(rule), ...body.map(line)].join('\n')
}
