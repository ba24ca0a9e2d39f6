// Every route of the HTTP API: method, path, what it takes and what it answers.
//
// The server checks requests and answers against this table, the OpenAPI document is made from
// it, and the browser's client (lib/api) takes its types from it.

import { z } from 'zod'
import { brokerList, clusterList, clusterOverview, configList } from './clusters.ts'
import { clusterId, groupName, topicName } from './common.ts'
import { topicDecoders, topicDecodersBody } from './decoding.ts'
import { groupDetail, groupList } from './groups.ts'
import { inferredSchema } from './inferred.ts'
import { liveEvent, liveQuery } from './live.ts'
import {
  messagesLine,
  messagesQuery,
  record,
  recordQuery,
  recordRawQuery,
  tailEvent,
  tailQuery,
} from './messages.ts'
import {
  deletedVersions,
  deleteSubjectPreview,
  deleteSubjectQuery,
  levelBody,
  levelInForce,
  payloadCheck,
  payloadCheckBody,
  payloadSkeleton,
  registeredSchema,
  schemaBody,
  schemaCheck,
  schemaFields,
  schemaFieldsQuery,
  skeletonQuery,
  subjectDetail,
  subjectList,
  subjectListQuery,
  subjectName,
  subjectStatsList,
  subjectStatsQuery,
  topicSchemas,
  topicSchemasQuery,
  versionQuery,
} from './schemas.ts'
import {
  exportQuery,
  fieldList,
  importLine,
  importQuery,
  produceBody,
  produceResult,
  resendBody,
  savedQuery,
  savedQueryBody,
  savedQueryList,
  searchLine,
  searchQuery,
  searchSteerBody,
} from './search.ts'
import {
  createTopicBody,
  createTopicResult,
  deleteTopicPreview,
  topicDetail,
  topicList,
  topicStatsList,
  topicStatsQuery,
} from './topics.ts'

const cluster = { cluster: clusterId }
const topic = { ...cluster, topic: topicName }
const subject = { ...cluster, subject: subjectName }
const recordAt = {
  ...topic,
  partition: z.coerce.number().int().min(0),
  offset: z.string().regex(/^\d{1,19}$/),
}

export interface Route {
  method: 'get' | 'post' | 'delete'
  /** With {name} for parameters. */
  path: string
  summary: string
  params?: z.ZodRawShape
  query?: z.ZodObject
  body?: z.ZodType
  /** Most that a body may have, where that is not the usual megabyte. */
  bodyBytesMax?: number
  /** The body is a file of any size, handed on as it comes; its types by name, for the document. */
  upload?: readonly string[]
  answer: z.ZodType
  /**
   * 'json' when absent; streams are one document per line (ndjson) or per event (sse); a file is
   * bytes of any number.
   */
  form?: 'json' | 'ndjson' | 'sse' | 'bytes' | 'file'
  status?: number
  /** A stream that ends by itself within a moment, so it may be held back to be compressed. */
  brief?: boolean
}

export const routes = {
  listClusters: {
    method: 'get',
    path: '/api/clusters',
    summary: 'Clusters this console knows',
    answer: clusterList,
  },
  getOverview: {
    method: 'get',
    path: '/api/clusters/{cluster}',
    summary: 'Health and figures of a cluster',
    params: z.object(cluster).shape,
    answer: clusterOverview,
  },
  listBrokers: {
    method: 'get',
    path: '/api/clusters/{cluster}/brokers',
    summary: 'Brokers of a cluster',
    params: z.object(cluster).shape,
    answer: brokerList,
  },
  getBrokerConfigs: {
    method: 'get',
    path: '/api/clusters/{cluster}/brokers/{broker}/configs',
    summary: 'Configuration of a broker',
    params: z.object({ ...cluster, broker: z.coerce.number().int().min(0) }).shape,
    answer: configList,
  },
  listTopics: {
    method: 'get',
    path: '/api/clusters/{cluster}/topics',
    summary: 'Topics of a cluster',
    params: z.object(cluster).shape,
    answer: topicList,
  },
  getTopicStats: {
    method: 'get',
    path: '/api/clusters/{cluster}/topic-stats',
    summary: 'Costly figures of some topics',
    params: z.object(cluster).shape,
    query: topicStatsQuery,
    answer: topicStatsList,
  },
  createTopic: {
    method: 'post',
    path: '/api/clusters/{cluster}/topics',
    summary: 'Create a topic, or preview it',
    params: z.object(cluster).shape,
    body: createTopicBody,
    answer: createTopicResult,
  },
  getTopic: {
    method: 'get',
    path: '/api/clusters/{cluster}/topics/{topic}',
    summary: 'One topic with its partitions',
    params: z.object(topic).shape,
    answer: topicDetail,
  },
  previewDeleteTopic: {
    method: 'get',
    path: '/api/clusters/{cluster}/topics/{topic}/delete-preview',
    summary: 'What deleting a topic takes away',
    params: z.object(topic).shape,
    answer: deleteTopicPreview,
  },
  deleteTopic: {
    method: 'delete',
    path: '/api/clusters/{cluster}/topics/{topic}',
    summary: 'Delete a topic',
    params: z.object(topic).shape,
    answer: z.object({ name: z.string() }),
  },
  getTopicConfigs: {
    method: 'get',
    path: '/api/clusters/{cluster}/topics/{topic}/configs',
    summary: 'Configuration of a topic',
    params: z.object(topic).shape,
    answer: configList,
  },
  readMessages: {
    method: 'get',
    path: '/api/clusters/{cluster}/topics/{topic}/messages',
    summary: 'A page of messages',
    params: z.object(topic).shape,
    query: messagesQuery,
    answer: messagesLine,
    form: 'ndjson',
    brief: true,
  },
  getRecord: {
    method: 'get',
    path: '/api/clusters/{cluster}/topics/{topic}/messages/{partition}/{offset}',
    summary: 'One record',
    params: z.object(recordAt).shape,
    query: recordQuery,
    answer: record,
  },
  getRecordBytes: {
    method: 'get',
    path: '/api/clusters/{cluster}/topics/{topic}/messages/{partition}/{offset}/bytes',
    summary: 'The bytes of a key or a value',
    params: z.object(recordAt).shape,
    query: recordRawQuery,
    answer: z.string(),
    form: 'bytes',
  },
  tailMessages: {
    method: 'get',
    path: '/api/clusters/{cluster}/topics/{topic}/tail',
    summary: 'New messages as they arrive',
    params: z.object(topic).shape,
    query: tailQuery,
    answer: tailEvent,
    form: 'sse',
  },
  getDecoders: {
    method: 'get',
    path: '/api/clusters/{cluster}/topics/{topic}/decoders',
    summary: 'With what the payloads of a topic are decoded',
    params: z.object(topic).shape,
    answer: topicDecoders,
  },
  setDecoders: {
    method: 'post',
    path: '/api/clusters/{cluster}/topics/{topic}/decoders',
    summary: 'Fix the decoders of a topic, or free them',
    params: z.object(topic).shape,
    body: topicDecodersBody,
    answer: topicDecoders,
  },
  listSubjects: {
    method: 'get',
    path: '/api/clusters/{cluster}/schemas',
    summary: 'Subjects of the schema registry',
    params: z.object(cluster).shape,
    query: subjectListQuery,
    answer: subjectList,
  },
  getSubjectStats: {
    method: 'get',
    path: '/api/clusters/{cluster}/subject-stats',
    summary: 'Type, versions and level of some subjects',
    params: z.object(cluster).shape,
    query: subjectStatsQuery,
    answer: subjectStatsList,
  },
  getTopicSchemas: {
    method: 'get',
    path: '/api/clusters/{cluster}/topics/{topic}/schemas',
    summary: 'The subjects by which the records of a topic go',
    params: z.object(topic).shape,
    query: topicSchemasQuery,
    answer: topicSchemas,
  },
  getInferredSchema: {
    method: 'get',
    path: '/api/clusters/{cluster}/topics/{topic}/inferred-schema',
    summary: 'What recent messages have in them: types, nulls, ranges, distinct values',
    params: z.object(topic).shape,
    answer: inferredSchema,
  },
  getSubject: {
    method: 'get',
    path: '/api/clusters/{cluster}/schemas/{subject}',
    summary: 'One subject with its versions and references',
    params: z.object(subject).shape,
    answer: subjectDetail,
  },
  getSchemaFields: {
    method: 'get',
    path: '/api/clusters/{cluster}/schemas/{subject}/fields',
    summary: 'Fields of a version of a subject, the latest when none is named',
    params: z.object(subject).shape,
    query: schemaFieldsQuery,
    answer: schemaFields,
  },
  getSkeleton: {
    method: 'get',
    path: '/api/clusters/{cluster}/schemas/{subject}/skeleton',
    summary: 'A value of a schema to begin a payload with',
    params: z.object(subject).shape,
    query: skeletonQuery,
    answer: payloadSkeleton,
  },
  checkPayload: {
    method: 'post',
    path: '/api/clusters/{cluster}/schemas/{subject}/payload',
    summary: 'Whether a text is a value of a schema, and could be sent',
    params: z.object(subject).shape,
    body: payloadCheckBody,
    bodyBytesMax: 16 * 1024 * 1024,
    answer: payloadCheck,
  },
  checkSchema: {
    method: 'post',
    path: '/api/clusters/{cluster}/schemas/{subject}/check',
    summary: 'Whether a schema could be registered',
    params: z.object(subject).shape,
    body: schemaBody,
    bodyBytesMax: 8 * 1024 * 1024,
    answer: schemaCheck,
  },
  registerSchema: {
    method: 'post',
    path: '/api/clusters/{cluster}/schemas/{subject}/versions',
    summary: 'Register a schema',
    params: z.object(subject).shape,
    body: schemaBody,
    bodyBytesMax: 8 * 1024 * 1024,
    answer: registeredSchema,
  },
  setCompatibility: {
    method: 'post',
    path: '/api/clusters/{cluster}/schemas/{subject}/compatibility',
    summary: 'Set the compatibility level of a subject, or take it away',
    params: z.object(subject).shape,
    body: levelBody,
    answer: levelInForce,
  },
  previewDeleteSubject: {
    method: 'get',
    path: '/api/clusters/{cluster}/schemas/{subject}/delete-preview',
    summary: 'What deleting a subject, or a version of it, takes away',
    params: z.object(subject).shape,
    query: versionQuery,
    answer: deleteSubjectPreview,
  },
  deleteSubject: {
    method: 'delete',
    path: '/api/clusters/{cluster}/schemas/{subject}',
    summary: 'Delete a subject, or a version of it',
    params: z.object(subject).shape,
    query: deleteSubjectQuery,
    answer: deletedVersions,
  },
  produce: {
    method: 'post',
    path: '/api/clusters/{cluster}/topics/{topic}/messages',
    summary: 'Send records, or preview where they would go',
    params: z.object(topic).shape,
    body: produceBody,
    // A value of several megabytes, as base64.
    bodyBytesMax: 16 * 1024 * 1024,
    answer: produceResult,
  },
  resend: {
    method: 'post',
    path: '/api/clusters/{cluster}/topics/{topic}/resend',
    summary: 'Send a record again, byte for byte, to this topic',
    params: z.object(topic).shape,
    body: resendBody,
    answer: produceResult,
  },
  importMessages: {
    method: 'post',
    path: '/api/clusters/{cluster}/topics/{topic}/import',
    summary: 'Send the records of a file, or check them',
    params: z.object(topic).shape,
    query: importQuery,
    upload: ['application/x-ndjson', 'text/csv', 'application/octet-stream'],
    answer: importLine,
    form: 'ndjson',
  },
  exportMessages: {
    method: 'get',
    path: '/api/clusters/{cluster}/export',
    summary: 'The whole result of a query as a file',
    params: z.object(cluster).shape,
    query: exportQuery,
    answer: z.string(),
    form: 'file',
  },
  listSavedQueries: {
    method: 'get',
    path: '/api/saved-queries',
    summary: 'Queries that were given a name',
    answer: savedQueryList,
  },
  saveQuery: {
    method: 'post',
    path: '/api/saved-queries',
    summary: 'Give a query a name',
    body: savedQueryBody,
    answer: savedQuery,
  },
  deleteSavedQuery: {
    method: 'delete',
    path: '/api/saved-queries/{id}',
    summary: 'Forget a named query',
    params: z.object({ id: z.string().min(1).max(64) }).shape,
    answer: z.object({ id: z.string() }),
  },
  search: {
    method: 'get',
    path: '/api/clusters/{cluster}/search',
    summary: 'Search one or several topics',
    params: z.object(cluster).shape,
    query: searchQuery,
    answer: searchLine,
    form: 'ndjson',
  },
  steerSearch: {
    method: 'post',
    path: '/api/clusters/{cluster}/searches/{id}',
    summary: 'Pause, resume or stop a search',
    params: z.object({ ...cluster, id: z.string().regex(/^[a-z0-9-]{1,64}$/) }).shape,
    body: searchSteerBody,
    answer: z.object({ id: z.string(), paused: z.boolean() }),
  },
  listFields: {
    method: 'get',
    path: '/api/clusters/{cluster}/topics/{topic}/fields',
    summary: 'Fields seen in recent messages',
    params: z.object(topic).shape,
    answer: fieldList,
  },
  listGroups: {
    method: 'get',
    path: '/api/clusters/{cluster}/groups',
    summary: 'Consumer groups with their lag',
    params: z.object(cluster).shape,
    answer: groupList,
  },
  getGroup: {
    method: 'get',
    path: '/api/clusters/{cluster}/groups/{group}',
    summary: 'One group: members, partitions, lag',
    params: z.object({ ...cluster, group: groupName }).shape,
    answer: groupDetail,
  },
  watch: {
    method: 'get',
    path: '/api/clusters/{cluster}/live',
    summary: 'Updates of watched resources',
    params: z.object(cluster).shape,
    query: liveQuery,
    answer: liveEvent,
    form: 'sse',
  },
} as const satisfies Record<string, Route>

export type RouteName = keyof typeof routes
