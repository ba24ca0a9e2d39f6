// Keys of the browser's cache. The server's prefetch, the queries and the live stream all write
// under these, so what one of them brings the others show.

export const keys = {
  clusters: ['clusters'] as const,
  overview: (cluster: string) => ['cluster', cluster, 'overview'] as const,
  brokers: (cluster: string) => ['cluster', cluster, 'brokers'] as const,
  brokerConfigs: (cluster: string, broker: number) =>
    ['cluster', cluster, 'broker-configs', broker] as const,
  topics: (cluster: string) => ['cluster', cluster, 'topics'] as const,
  /** A map by name that grows as rows are seen. */
  topicStats: (cluster: string) => ['cluster', cluster, 'topic-stats'] as const,
  topic: (cluster: string, topic: string) => ['cluster', cluster, 'topic', topic] as const,
  topicConfigs: (cluster: string, topic: string) =>
    ['cluster', cluster, 'topic-configs', topic] as const,
  deletePreview: (cluster: string, topic: string) =>
    ['cluster', cluster, 'delete-preview', topic] as const,
  groups: (cluster: string) => ['cluster', cluster, 'groups'] as const,
  group: (cluster: string, group: string) => ['cluster', cluster, 'group', group] as const,
  messagesOf: (cluster: string, topic: string) => ['cluster', cluster, 'messages', topic] as const,
  messages: (cluster: string, topic: string, search: string) =>
    ['cluster', cluster, 'messages', topic, search] as const,
  fields: (cluster: string, topic: string) => ['cluster', cluster, 'fields', topic] as const,
  decoders: (cluster: string, topic: string) => ['cluster', cluster, 'decoders', topic] as const,
  schemas: (cluster: string) => ['cluster', cluster, 'schemas'] as const,
  subjects: (cluster: string, withDeleted: boolean) =>
    ['cluster', cluster, 'schemas', 'list', withDeleted] as const,
  /** A map by name that grows as rows are seen. */
  subjectStats: (cluster: string) => ['cluster', cluster, 'schemas', 'stats'] as const,
  topicSchemasOf: (cluster: string, topic: string) =>
    ['cluster', cluster, 'schemas', 'of-topic', topic] as const,
  topicSchemas: (cluster: string, topic: string, ids: object) =>
    ['cluster', cluster, 'schemas', 'of-topic', topic, ids] as const,
  inferredSchema: (cluster: string, topic: string) =>
    ['cluster', cluster, 'inferred-schema', topic] as const,
  subject: (cluster: string, subject: string) =>
    ['cluster', cluster, 'schemas', 'subject', subject] as const,
  schemaFields: (
    cluster: string,
    subject: string,
    version: number | null,
    message: string | null,
  ) => ['cluster', cluster, 'schemas', 'fields', subject, version, message] as const,
  skeleton: (cluster: string, subject: string, version: number | null, message: string | null) =>
    ['cluster', cluster, 'schemas', 'skeleton', subject, version, message] as const,
  payload: (cluster: string, subject: string, choice: object) =>
    ['cluster', cluster, 'schemas', 'payload', subject, choice] as const,
  deleteSubjectPreview: (cluster: string, subject: string, version: number | null) =>
    ['cluster', cluster, 'schemas', 'delete-preview', subject, version] as const,
  savedQueries: ['saved-queries'] as const,
  previousOf: (cluster: string, topic: string) => ['cluster', cluster, 'previous', topic] as const,
  previous: (cluster: string, topic: string, partition: number, offset: string, lookBack: string) =>
    ['cluster', cluster, 'previous', topic, partition, offset, lookBack] as const,
  recordsOf: (cluster: string, topic: string) => ['cluster', cluster, 'record', topic] as const,
  record: (cluster: string, topic: string, partition: number, offset: string, whole: boolean) =>
    ['cluster', cluster, 'record', topic, partition, offset, whole] as const,
}
