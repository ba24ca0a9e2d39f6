// Whether a figure stayed flat over a soak.
//
// The rule: the first quarter is left out as warm-up. Of the rest the typical growth from one
// minute to the next is the median of the slopes between all pairs of minutes (Theil and Sen),
// which single high or low minutes do not move. A figure is flat when that growth, over the whole
// rest, is at most a share of the figure's median, or less than is worth telling. A figure that
// falls is flat.
//
// What retention takes away goes at once every five minutes, so files and bytes rise and fall with
// it. Only minutes that lie whole cycles apart are compared (Hirsch and Slack's seasonal slope):
// a minute just before a check with one just after it would tell growth where there is none.

export interface Tolerance {
  /** Of the median. */
  share: number
  /** In the figure's own unit. */
  least: number
}

export interface Verdict {
  flat: boolean
  /** Over the minutes that were judged, in the figure's own unit. */
  growth: number
  median: number
}

const WARM_UP_SHARE = 0.25
/** Kafka's log.retention.check.interval.ms. */
const CYCLE_MINUTES = 5
/** Too short a time for that has all its minutes compared. */
const CYCLES_MIN = 3

export function judge(perMinute: readonly number[], tolerance: Tolerance): Verdict {
  const judged = perMinute.slice(Math.floor(perMinute.length * WARM_UP_SHARE))
  const step = judged.length >= CYCLES_MIN * CYCLE_MINUTES ? CYCLE_MINUTES : 1
  const slopes: number[] = []
  judged.forEach((later, at) => {
    for (let before = at - step; before >= 0; before -= step) {
      slopes.push((later - (judged[before] as number)) / (at - before))
    }
  })
  const median = medianOf(judged)
  const growth = medianOf(slopes) * Math.max(0, judged.length - 1)
  return { flat: growth <= Math.max(tolerance.least, median * tolerance.share), growth, median }
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length % 2 === 1) return sorted[middle] ?? 0
  return ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}
