// Names of files, and words that have no place in this repository.

import type { SourceFile } from './layers.ts'

/** README.md and the like, Next's folders of parameters, Java's classes, names in kebab-case. */
const goodName =
  /^(README|CHANGELOG|LICENSE)(\.md)?$|^[A-Z]\w*\.java$|^\[+(\.\.\.)?[a-z-]+\]+$|^\.?[a-z0-9]+([-.][a-z0-9]+)*$/

// The brackets keep these lines from finding themselves.
const badWords: readonly [RegExp, string][] = [
  [/registry\.[a-z0-9-]+\.|\b(verdacci[o]|artifactor[y]|npmmirro[r]|yarnpk[g])\b/i, 'a registry'],
  [/(?<![\w.:/-])\/(?:root|home|Users|work|tmp)\/\w/, 'a folder of one machine'],
  [/\b(TO[D]O|FIX[M]E|X[X]X)\b/, 'a reminder'],
]

export function findBadName(path: string): string[] {
  return path.split('/').every((part) => goodName.test(part)) ? [] : [`${path}: not kebab-case`]
}

export function findBadWords({ path, text }: SourceFile): string[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      badWords
        .filter(([pattern]) => pattern.test(line))
        .map(([, what]) => `${path}:${index + 1}: names ${what}`),
    )
}
