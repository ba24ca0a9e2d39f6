// The resources about decoding and schemas: which decoders a topic has, and the registry.

import type { Cluster } from '../cluster.ts'
import type { Handlers } from '../http/handlers.ts'
import {
  checkSchema,
  deleteSubject,
  previewDeleteSubject,
  registerSchema,
  setCompatibility,
} from './change-subjects.ts'
import type { DecoderChoices } from './decoder-choices.ts'
import { getSchemaFields, getSubject } from './one-subject.ts'
import { toldAsApi } from './registry-of.ts'
import { listSubjects } from './subjects.ts'

export type SchemaHandlers = Pick<
  Handlers,
  | 'getDecoders'
  | 'setDecoders'
  | 'listSubjects'
  | 'getSubject'
  | 'getSchemaFields'
  | 'checkSchema'
  | 'registerSchema'
  | 'setCompatibility'
  | 'previewDeleteSubject'
  | 'deleteSubject'
>

export function createSchemaHandlers({
  clusterOf,
  choices,
}: {
  clusterOf: (input: { params: { cluster: string } }) => Cluster
  choices: DecoderChoices
}): SchemaHandlers {
  return {
    getDecoders: (input) => choices.get(clusterOf(input).id, input.params.topic),
    setDecoders: (input) => choices.set(clusterOf(input).id, input.params.topic, input.body),
    listSubjects: async (input) => listSubjects(clusterOf(input), input.signal),
    getSubject: (input) =>
      toldAsApi(getSubject(clusterOf(input), input.params.subject, input.signal)),
    getSchemaFields: (input) => {
      const { params, query, signal } = input
      return toldAsApi(getSchemaFields(clusterOf(input), params.subject, query.version, signal))
    },
    checkSchema: (input) =>
      toldAsApi(checkSchema(clusterOf(input), input.params.subject, input.body, input.signal)),
    registerSchema: (input) =>
      toldAsApi(registerSchema(clusterOf(input), input.params.subject, input.body, input.signal)),
    setCompatibility: (input) => {
      const { params, body, signal } = input
      return toldAsApi(setCompatibility(clusterOf(input), params.subject, body.level, signal))
    },
    previewDeleteSubject: (input) => {
      const { params, query, signal } = input
      return toldAsApi(
        previewDeleteSubject(clusterOf(input), params.subject, query.version, signal),
      )
    },
    deleteSubject: (input) => {
      const { params, query, signal } = input
      const which = { version: query.version, permanent: query.permanent === 'true' }
      return toldAsApi(deleteSubject(clusterOf(input), params.subject, which, signal))
    },
  }
}
