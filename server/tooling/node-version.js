// Refuses a Node that is too old, before anything fails in a stranger way.

/** @param {string} wanted as in package.json: ">=20.20" */
export function checkNode(wanted, present = process.versions.node) {
  if (isAtLeast(present, wanted.replace('>=', ''))) return
  console.error(`riverglass: Node ${present} is too old. Install Node ${wanted.slice(2)} or newer.`)
  process.exit(1)
}

export function isAtLeast(version, min) {
  const have = version.split('.').map(Number)
  const need = min.split('.').map(Number)
  for (const [index, number] of need.entries()) {
    if (have[index] !== number) return have[index] > number
  }
  return true
}
