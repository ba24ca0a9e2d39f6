// The form for a new topic: what is typed, and what it means or why it means nothing. The rules
// are the contract's; they stand here again so that the page need not load the schemas.

import type { CreateTopicBody } from '../../lib/contracts/topics.ts'

export interface TopicForm {
  name: string
  partitions: string
  replicationFactor: string
  configs: { name: string; value: string }[]
}

export const emptyTopicForm: TopicForm = {
  name: '',
  partitions: '',
  replicationFactor: '',
  configs: [],
}

const partitionsMax = 10_000
const replicasMax = 100

export type CheckedForm = { body: CreateTopicBody } | { errors: Record<string, string> }

export function checkTopicForm(form: TopicForm): CheckedForm {
  const errors: Record<string, string> = {}
  const name = form.name.trim()
  const nameError = checkTopicName(name)
  if (nameError !== null) errors.name = nameError
  const partitions = checkCount(form.partitions, partitionsMax)
  if (partitions === null) errors.partitions = `A whole number from 1 to ${partitionsMax}`
  const replicationFactor = checkCount(form.replicationFactor, replicasMax)
  if (replicationFactor === null) {
    errors.replicationFactor = `A whole number from 1 to ${replicasMax}`
  }
  const given = form.configs.filter((each) => each.name.trim() !== '' || each.value !== '')
  const names = given.map((each) => each.name.trim())
  if (names.includes('')) errors.configs = 'Every value needs the name of its config'
  if (new Set(names).size < names.length) errors.configs = 'The same config is given twice'
  if (partitions === null || replicationFactor === null || Object.keys(errors).length > 0) {
    return { errors }
  }
  const configs = Object.fromEntries(given.map((each) => [each.name.trim(), each.value]))
  return { body: { name, partitions, replicationFactor, configs } }
}

export function checkTopicName(name: string): string | null {
  if (name === '') return 'A topic needs a name'
  if (name.length > 249) return 'A topic name has at most 249 characters'
  if (name === '.' || name === '..') return 'A topic cannot be named "." or ".."'
  if (!/^[a-zA-Z0-9._-]+$/.test(name)) {
    return 'Only letters, digits, ".", "_" and "-" may stand in a topic name'
  }
  return null
}

/** Nothing typed is -1, the cluster's default; null is not a count. */
function checkCount(text: string, max: number): number | null {
  const trimmed = text.trim()
  if (trimmed === '') return -1
  if (!/^\d{1,6}$/.test(trimmed)) return null
  const count = Number(trimmed)
  return count >= 1 && count <= max ? count : null
}
