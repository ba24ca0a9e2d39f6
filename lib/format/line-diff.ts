// What is different between two lists of lines: the fewest lines taken out and put in, by Myers'
// greedy algorithm. Where more than a thousand are different the middle is taken out and put in
// as a whole, so that no input takes long.

export interface DiffLine {
  kind: 'same' | 'removed' | 'added'
  text: string
}

const editsMax = 1000

export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start++
  let end = 0
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end++
  }
  const left = before.slice(start, before.length - end)
  const right = after.slice(start, after.length - end)
  return [
    ...lines('same', before.slice(0, start)),
    ...(diffMiddle(left, right) ?? [...lines('removed', left), ...lines('added', right)]),
    ...lines('same', before.slice(before.length - end)),
  ]
}

function lines(kind: DiffLine['kind'], texts: readonly string[]): DiffLine[] {
  return texts.map((text) => ({ kind, text }))
}

/** Null when there are more edits than are looked for. */
function diffMiddle(before: readonly string[], after: readonly string[]): DiffLine[] | null {
  const edits = Math.min(before.length + after.length, editsMax)
  /** By diagonal (lines taken out less lines put in): how far into `before` one gets. */
  const reach = new Int32Array(2 * edits + 3)
  const middle = edits + 1
  const steps: Int32Array[] = []
  for (let count = 0; count <= edits; count++) {
    steps.push(reach.slice(middle - count - 1, middle + count + 2))
    for (let diagonal = -count; diagonal <= count; diagonal += 2) {
      const down = comesDown(reach, middle, diagonal, count)
      let at = down
        ? valueAt(reach, middle + diagonal + 1)
        : valueAt(reach, middle + diagonal - 1) + 1
      let to = at - diagonal
      while (at < before.length && to < after.length && before[at] === after[to]) {
        at++
        to++
      }
      reach[middle + diagonal] = at
      if (at >= before.length && to >= after.length) return walkBack(before, after, steps)
    }
  }
  return null
}

const valueAt = (values: Int32Array, index: number) => values[index] ?? 0

/** Whether the last edit on this diagonal put a line in, rather than took one out. */
function comesDown(reach: Int32Array, middle: number, diagonal: number, count: number): boolean {
  if (diagonal === -count) return true
  if (diagonal === count) return false
  return valueAt(reach, middle + diagonal - 1) < valueAt(reach, middle + diagonal + 1)
}

function walkBack(
  before: readonly string[],
  after: readonly string[],
  steps: readonly Int32Array[],
): DiffLine[] {
  const found: DiffLine[] = []
  let at = before.length
  let to = after.length
  for (let count = steps.length - 1; count >= 0; count--) {
    const reach = steps[count] as Int32Array
    const middle = count + 1
    const diagonal = at - to
    const down = comesDown(reach, middle, diagonal, count)
    const fromDiagonal = down ? diagonal + 1 : diagonal - 1
    const fromAt = count === 0 ? 0 : valueAt(reach, middle + fromDiagonal)
    const fromTo = count === 0 ? 0 : fromAt - fromDiagonal
    while (at > fromAt && to > fromTo && before[at - 1] === after[to - 1]) {
      found.push({ kind: 'same', text: before[--at] as string })
      to--
    }
    if (count === 0) break
    if (down) found.push({ kind: 'added', text: after[--to] as string })
    else found.push({ kind: 'removed', text: before[--at] as string })
  }
  return found.reverse()
}
