// Which modules a source file imports, read from its text.
//
// Good for the imports that this repository has: static, re-exported, dynamic and type-only ones
// with a literal name. Comments are taken out first, so that an example in one counts for nothing.

/** @returns {string[]} the names as they are written */
export function importsOf(text) {
  const pattern =
    /(?:^|[\s;}])(?:import|export)\s+(?:type\s+)?(?:[\w*{}\s,$]+?\s+from\s+)?['"]([^'"\n]+)['"]|\bimport\(\s*['"]([^'"\n]+)['"]|\bnew URL\(\s*['"](\.[^'"\n]+\.[jt]s)['"]/g
  return [...withoutComments(text).matchAll(pattern)].map(
    (match) => match[1] ?? match[2] ?? match[3],
  )
}

/** The text with comments blanked, strings and line numbers kept. */
export function withoutComments(text) {
  const pattern =
    /('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+\/[a-z]*(?=[\s.,;)\]]))|\/\/[^\n]*|\/\*[\s\S]*?\*\//g
  return text.replace(pattern, (all, kept) => kept ?? all.replace(/[^\n]/g, ' '))
}
