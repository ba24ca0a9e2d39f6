// The field for topics: names and patterns separated by commas, what they choose, and what could
// stand for the one that is being typed.

import { matchesTopicPattern } from '../../lib/query/topic-pattern.ts'

export function patternsOf(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

export function chosenTopics(text: string, names: readonly string[]): string[] {
  const patterns = patternsOf(text)
  return names.filter((name) => patterns.some((pattern) => matchesTopicPattern(pattern, name)))
}

/** What is wrong with the text; null when it can be asked. */
export function topicsProblem(text: string, names: readonly string[] | undefined): string | null {
  const patterns = patternsOf(text)
  if (patterns.length === 0) return 'Name the topics to search: orders, billing-*, or * for all'
  const strange = patterns.find((pattern) => !/^[a-zA-Z0-9._*-]+$/.test(pattern))
  if (strange !== undefined) return `"${strange}" can be no topic’s name`
  const missing = patterns.find(
    (pattern) => names !== undefined && !names.some((name) => matchesTopicPattern(pattern, name)),
  )
  return missing === undefined ? null : `No topic is named ${missing}`
}

const listedMax = 8

/** Names for the last part of the text, those that begin with it first; and all of a family. */
export function suggestTopics(text: string, names: readonly string[]): string[] {
  const typed = /[^\s,]*$/.exec(text)?.[0] ?? ''
  const before = new Set(patternsOf(text.slice(0, text.length - typed.length)))
  const wanted = typed.toLowerCase()
  if (typed.includes('*')) return []
  const found = names.filter(
    (name) => !before.has(name) && name !== typed && name.toLowerCase().includes(wanted),
  )
  const first = found.filter((name) => name.toLowerCase().startsWith(wanted))
  const ordered = [...first, ...found.filter((name) => !first.includes(name))]
  const family = typed !== '' && first.length > 1 ? [`${typed}*`] : []
  return [...family, ...ordered].slice(0, listedMax)
}

export function takeSuggestion(text: string, suggestion: string): string {
  return `${text.replace(/[^\s,]*$/, '')}${suggestion}`
}
