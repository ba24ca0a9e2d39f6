// Of two offsets the larger or the smaller one: Math knows no bigint.

export function larger(a: bigint, b: bigint): bigint {
  if (a > b) return a
  return b
}

export function smaller(a: bigint, b: bigint): bigint {
  if (a < b) return a
  return b
}
