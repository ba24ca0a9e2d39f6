// The resources about decoding and schemas: which decoders a topic has, and the registry.

import type { TopicDecoders } from '../../../lib/contracts/decoding.ts'
import type { InferredSchema } from '../../../lib/contracts/inferred.ts'
import type { Cluster } from '../cluster.ts'
import type { Handlers } from '../http/handlers.ts'
import type { ReaderPool } from '../readers/reader-pool.ts'
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
import { getSubjectStats, listSubjects } from './subjects.ts'
import { getTopicSchemas } from './topic-schemas.ts'

export type SchemaHandlers = Pick<
  Handlers,
  | 'getDecoders'
  | 'setDecoders'
  | 'listSubjects'
  | 'getSubjectStats'
  | 'getTopicSchemas'
  | 'getInferredSchema'
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
  pool,
}: {
  clusterOf: (input: { params: { cluster: string } }) => Cluster
  choices: DecoderChoices
  pool: ReaderPool
}): SchemaHandlers {
  return {
    getDecoders: async (input) => {
      const cluster = clusterOf(input)
      const chosen = await choices.get(cluster.id, input.params.topic)
      return { ...chosen, ...(await fileMessages(pool, cluster, input.signal)) }
    },
    setDecoders: async (input) => {
      const cluster = clusterOf(input)
      const chosen = await choices.set(cluster.id, input.params.topic, input.body)
      return { ...chosen, ...(await fileMessages(pool, cluster, input.signal)) }
    },
    listSubjects: async (input) => {
      const withDeleted = input.query.deleted === 'true'
      return listSubjects(clusterOf(input), { withDeleted }, input.signal)
    },
    getSubjectStats: async (input) => ({
      stats: await getSubjectStats(clusterOf(input), input.query.subjects, input.signal),
    }),
    getTopicSchemas: async (input) => {
      const cluster = clusterOf(input)
      const { topic } = input.params
      const { keyId, valueId } = input.query
      const chosen = await choices.get(cluster.id, topic)
      const known = { chosen, ids: { key: keyId, value: valueId } }
      return getTopicSchemas(cluster, topic, known, input.signal)
    },
    getInferredSchema: (input) => getInferredSchema(pool, clusterOf(input), input),
    getSubject: (input) =>
      toldAsApi(getSubject(clusterOf(input), input.params.subject, input.signal)),
    getSchemaFields: (input) => {
      const { params, query, signal } = input
      return toldAsApi(getSchemaFields(clusterOf(input), params.subject, query, signal))
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

/** Which messages the .proto files of the configuration have, and what is wrong with them. */
async function fileMessages(
  pool: ReaderPool,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<Pick<TopicDecoders, 'messages' | 'messageProblems'>> {
  if (cluster.config.protobuf === undefined) return { messages: [], messageProblems: [] }
  const reading = await cluster.reading([])
  const portion = await (await pool.open({ kind: 'messages', ...reading }, signal)).next()
  if (portion === undefined || !('documents' in portion)) throw new Error('no messages came')
  const { messages, problems } = JSON.parse(portion.documents[0] ?? '')
  return { messages, messageProblems: problems }
}

async function getInferredSchema(
  pool: ReaderPool,
  cluster: Cluster,
  { params: { topic }, signal }: { params: { topic: string }; signal: AbortSignal },
): Promise<InferredSchema> {
  const reading = await cluster.reading([topic])
  const portion = await (await pool.open({ kind: 'infer', ...reading, topic }, signal)).next()
  if (portion === undefined || !('documents' in portion)) throw new Error('no schema came')
  return JSON.parse(portion.documents[0] ?? '')
}
