// Which names a topic may have.

import type { MetadataImage } from '../metadata/image.ts'
import { type Refusal, refuse } from './decision.ts'

const NAME_LENGTH_MAX = 249

export function checkTopicName(name: string): Refusal | undefined {
  const fail = (reason: string) =>
    refuse('INVALID_TOPIC_EXCEPTION', `The topic name is invalid: ${reason}`)
  if (name === '') return fail('it is empty')
  if (name === '.' || name === '..') return fail(`'${name}' is not allowed`)
  if (name.length > NAME_LENGTH_MAX) {
    return fail(`it has ${name.length} characters, at most ${NAME_LENGTH_MAX} are allowed`)
  }
  if (!/^[a-zA-Z0-9._-]+$/.test(name)) {
    return fail(`'${name}' has characters other than ASCII letters and digits, '.', '_' and '-'`)
  }
  return undefined
}

/** Names that differ only in '.' and '_' would share their metrics. */
export function checkCollision(image: MetadataImage, name: string): Refusal | undefined {
  const other = image.collidingTopic(name)
  if (other === undefined) return undefined
  return refuse(
    'INVALID_TOPIC_EXCEPTION',
    `Topic '${name}' collides with the existing topic '${other}': they differ in '.' and '_' alone.`,
  )
}
