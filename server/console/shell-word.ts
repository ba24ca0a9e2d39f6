// Text as one word of a command for a POSIX shell, so that a shown command can be copied.

export function shellWord(text: string): string {
  return /^[\w.,:=/@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
