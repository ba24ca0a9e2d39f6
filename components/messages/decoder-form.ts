// The choice of a decoder while it is typed: every part a text, empty where nothing is chosen.

import type { TopicDecoders } from '../../lib/contracts/decoding.ts'

type Choice = TopicDecoders['key']

export interface ChoiceForm {
  /** Empty: the first that takes the bytes. */
  decoder: string
  subject: string
  version: string
  message: string
}

export function formOf(choice: Choice): ChoiceForm {
  return {
    decoder: choice?.decoder ?? '',
    subject: choice?.subject ?? '',
    version: choice?.version === undefined ? '' : String(choice.version),
    message: choice?.message ?? '',
  }
}

/** What stands in fields that the decoder does not use is left out. */
export function choiceOf(form: ChoiceForm): Choice {
  const { decoder } = form
  if (decoder === '') return null
  if (decoder === 'protobuf') return { decoder, message: form.message.trim() }
  if (decoder !== 'schema') return { decoder }
  const [subject, version, message] = [form.subject, form.version, form.message].map((text) =>
    text.trim(),
  ) as [string, string, string]
  return {
    decoder,
    subject,
    ...(version === '' ? {} : { version: Number(version) }),
    ...(message === '' ? {} : { message }),
  }
}

export function problemsOf(form: ChoiceForm): {
  subject?: string
  version?: string
  message?: string
} {
  if (form.decoder === 'protobuf') {
    return form.message.trim() === '' ? { message: 'Choose a message' } : {}
  }
  if (form.decoder !== 'schema') return {}
  const version = form.version.trim()
  return {
    ...(form.subject.trim() === '' ? { subject: 'Name the subject of the schema' } : {}),
    ...(version === '' || /^[1-9]\d{0,8}$/.test(version)
      ? {}
      : { version: 'A version is a number from 1 on' }),
  }
}
