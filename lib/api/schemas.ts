// Queries and changes for the schema registry of a cluster. Nothing is pushed here: others change
// a registry too, so what was read goes stale soon.

import { type QueryClient, queryOptions } from '@tanstack/react-query'
import type { SchemaBody, SubjectStats } from '../contracts/schemas.ts'
import { apiPaths } from '../paths.ts'
import { jsonFrom } from './json-from.ts'
import { keys } from './keys.ts'
import { getJson, sendJson } from './request.ts'

const stale = { staleTime: 10_000, retry: false } as const

/** `withDeleted`: also subjects that are deleted, but not for good. */
export const subjectsQuery = (cluster: string, withDeleted = false) =>
  queryOptions({
    queryKey: keys.subjects(cluster, withDeleted),
    ...jsonFrom('listSubjects', apiPaths.schemas(cluster, withDeleted)),
    ...stale,
  })

/** What one request may ask for. */
const STATS_BATCH = 100

export async function fetchSubjectStats(
  cluster: string,
  names: readonly string[],
): Promise<SubjectStats[]> {
  const all: SubjectStats[] = []
  for (let at = 0; at < names.length; at += STATS_BATCH) {
    const path = apiPaths.subjectStats(cluster, names.slice(at, at + STATS_BATCH))
    all.push(...(await getJson('getSubjectStats', path)).stats)
  }
  return all
}

/** Ids that records name, where they do. */
export interface NamedIds {
  key: number | null
  value: number | null
}

export const topicSchemasQuery = (cluster: string, topic: string, ids: NamedIds) => {
  const search = new URLSearchParams()
  if (ids.key !== null) search.set('keyId', String(ids.key))
  if (ids.value !== null) search.set('valueId', String(ids.value))
  return queryOptions({
    queryKey: keys.topicSchemas(cluster, topic, ids),
    ...jsonFrom('getTopicSchemas', apiPaths.topicSchemas(cluster, topic, search)),
    ...stale,
  })
}

export const inferredSchemaQuery = (cluster: string, topic: string) =>
  queryOptions({
    queryKey: keys.inferredSchema(cluster, topic),
    ...jsonFrom('getInferredSchema', apiPaths.inferredSchema(cluster, topic)),
    staleTime: 30_000,
    retry: false,
  })

export const subjectQuery = (cluster: string, subject: string) =>
  queryOptions({
    queryKey: keys.subject(cluster, subject),
    ...jsonFrom('getSubject', apiPaths.subject(cluster, subject)),
    ...stale,
  })

/** `version` null: the latest; `message` null: the first, where there are several. */
export const schemaFieldsQuery = (
  cluster: string,
  subject: string,
  version: number | null,
  message: string | null = null,
) => {
  const search = new URLSearchParams()
  if (version !== null) search.set('version', String(version))
  if (message !== null) search.set('message', message)
  return queryOptions({
    queryKey: keys.schemaFields(cluster, subject, version, message),
    ...jsonFrom('getSchemaFields', apiPaths.schemaFields(cluster, subject, search)),
    ...stale,
  })
}

export interface PayloadChoice {
  /** Null: the latest. */
  version: number | null
  /** Of a Protobuf file; null for the first. */
  message: string | null
}

export const skeletonQuery = (
  cluster: string,
  subject: string,
  { version, message }: PayloadChoice,
) => {
  const search = new URLSearchParams({
    ...(version === null ? {} : { version: String(version) }),
    ...(message === null ? {} : { message }),
  })
  return queryOptions({
    queryKey: keys.skeleton(cluster, subject, version, message),
    ...jsonFrom('getSkeleton', apiPaths.skeleton(cluster, subject, search)),
    // What was begun with stays what it is.
    staleTime: 60_000,
    retry: false,
  })
}

/** Whether what was typed is what the schema says. */
export const payloadQuery = (
  cluster: string,
  subject: string,
  { version, message }: PayloadChoice,
  text: string,
) => {
  const body = {
    text,
    ...(version === null ? {} : { version }),
    ...(message === null ? {} : { message }),
  }
  return queryOptions({
    queryKey: keys.payload(cluster, subject, body),
    queryFn: () => sendJson('checkPayload', 'POST', apiPaths.payload(cluster, subject), body),
    staleTime: 10_000,
    // Every text that was typed would be kept.
    gcTime: 0,
    retry: false,
  })
}

const below = (cluster: string, subject: string, what: string) =>
  `${apiPaths.subject(cluster, subject)}/${what}`

export const deleteSubjectPreviewQuery = (
  cluster: string,
  subject: string,
  version: number | null,
) =>
  queryOptions({
    queryKey: keys.deleteSubjectPreview(cluster, subject, version),
    ...jsonFrom(
      'previewDeleteSubject',
      below(cluster, subject, `delete-preview${version === null ? '' : `?version=${version}`}`),
    ),
    staleTime: 0,
    retry: false,
  })

export const checkSchema = (cluster: string, subject: string, body: SchemaBody) =>
  sendJson('checkSchema', 'POST', below(cluster, subject, 'check'), body)

export const registerSchema = (cluster: string, subject: string, body: SchemaBody) =>
  sendJson('registerSchema', 'POST', below(cluster, subject, 'versions'), body)

export const setCompatibility = (cluster: string, subject: string, level: string | null) =>
  sendJson('setCompatibility', 'POST', below(cluster, subject, 'compatibility'), { level })

export const deleteSubject = (
  cluster: string,
  subject: string,
  version: number | null,
  permanent: boolean,
) => {
  const search = new URLSearchParams({
    permanent: String(permanent),
    ...(version === null ? {} : { version: String(version) }),
  })
  return sendJson('deleteSubject', 'DELETE', `${apiPaths.subject(cluster, subject)}?${search}`)
}

/**
 * After a change: everything of this registry is asked for again. What is shown is asked for at
 * once, unless the page is being left because what it shows is gone.
 */
export const forgetSchemas = (client: QueryClient, cluster: string, isLeaving = false) =>
  client.invalidateQueries({
    queryKey: keys.schemas(cluster),
    // What a numbered version says never changes, and after a change it may be there no more.
    predicate: ({ queryKey: [, , , what, , version] }) =>
      what !== 'fields' || typeof version !== 'number',
    refetchType: isLeaving ? 'none' : 'active',
  })
