// Every definition of this folder by the name that Kafka gives it, for the tests that go through
// all of them. Record definitions are found by file, so that a new one is tested without a list.

import { readdirSync } from 'node:fs'
import type { Message } from '../definition.ts'
import { requestHeader, responseHeader } from '../messages/headers.ts'
import { apis } from '../messages/index.ts'

export interface NamedDefinition {
  name: string
  message: Message
}

const RECORD_FOLDERS = [
  'group-records',
  'share-records',
  'transaction-records',
  'control-records',
  'metadata-records',
]

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && 'root' in value && 'versions' in value
}

function capitalize(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}

async function loadFolder(folder: string): Promise<NamedDefinition[]> {
  const root = new URL(`../${folder}/`, import.meta.url)
  const files = readdirSync(root).filter((file) => file.endsWith('.ts') && !file.includes('.test.'))
  const modules = await Promise.all(
    files.map((file) => import(new URL(file, root).href) as Promise<Record<string, unknown>>),
  )
  return modules.flatMap((module) =>
    Object.entries(module).flatMap(([name, message]) =>
      isMessage(message) ? [{ name: capitalize(name), message }] : [],
    ),
  )
}

export const apiDefinitions: NamedDefinition[] = Object.values(apis).flatMap((api) => [
  { name: `${api.name}Request`, message: api.request as Message },
  { name: `${api.name}Response`, message: api.response as Message },
])

export const headerDefinitions: NamedDefinition[] = [
  { name: 'RequestHeader', message: requestHeader },
  { name: 'ResponseHeader', message: responseHeader },
]

export const recordDefinitions: NamedDefinition[] = (
  await Promise.all(RECORD_FOLDERS.map(loadFolder))
).flat()

export const allDefinitions: NamedDefinition[] = [
  ...apiDefinitions,
  ...headerDefinitions,
  ...recordDefinitions,
]

export function versionsOf(message: Message): number[] {
  const { first, last } = message.versions
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}
