// Exact comparison of decimal numbers of any size, as texts. JavaScript's numbers are taken where
// they are exact, which is nearly always, and left where they are not.

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,9}))?$/

interface Decimal {
  negative: boolean
  /** Without leading zeros; '' is zero. */
  digits: string
  /** The value is 0.digits × 10^magnitude. */
  magnitude: number
}

export function isDecimal(text: string): boolean {
  return DECIMAL.test(text)
}

function parse(text: string): Decimal | undefined {
  const match = DECIMAL.exec(text)
  if (match === null) return undefined
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  const all = whole + fraction
  const digits = all.replace(/^0+/, '')
  const leadingZeros = all.length - digits.length
  return {
    negative: sign === '-' && digits !== '',
    digits: digits.replace(/0+$/, ''),
    magnitude: whole.length - leadingZeros + Number(exponent),
  }
}

/** At most 15 digits survive a double, and so does their order. */
function isExactAsDouble(text: string): boolean {
  return text.length <= 15 && !/[eE]/.test(text)
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`; undefined for what is no number. */
export function compareDecimals(a: string, b: string): number | undefined {
  if (isExactAsDouble(a) && isExactAsDouble(b) && isDecimal(a) && isDecimal(b)) {
    return Number(a) - Number(b)
  }
  const left = parse(a)
  const right = parse(b)
  if (left === undefined || right === undefined) return undefined
  if (left.negative !== right.negative) return left.negative ? -1 : 1
  return left.negative ? -compareMagnitudes(left, right) : compareMagnitudes(left, right)
}

function compareMagnitudes(a: Decimal, b: Decimal): number {
  if (a.digits === '' || b.digits === '') return a.digits.length - b.digits.length
  if (a.magnitude !== b.magnitude) return a.magnitude - b.magnitude
  return a.digits < b.digits ? -1 : a.digits > b.digits ? 1 : 0
}
