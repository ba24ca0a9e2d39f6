// Names of topics: which are legal, and which the cluster keeps for itself.

const LEGAL = /^[a-zA-Z0-9._-]{1,249}$/

export const OFFSETS_TOPIC = '__consumer_offsets'

const INTERNAL_TOPICS: ReadonlySet<string> = new Set([OFFSETS_TOPIC, '__transaction_state'])

export function isLegalTopicName(name: string): boolean {
  return LEGAL.test(name) && name !== '.' && name !== '..'
}

/** Clients may read such a topic, but neither write to it nor create it. */
export function isInternalTopic(name: string): boolean {
  return INTERNAL_TOPICS.has(name)
}

/** Whether the first one who needs the topic brings it into being. */
export function isCreatedOnUse(name: string): boolean {
  return isLegalTopicName(name) && (!isInternalTopic(name) || name === OFFSETS_TOPIC)
}
