// Addresses of the console's pages and of the HTTP API. Names that come from Kafka may hold any
// character, so every one of them passes through here and is encoded once.

const part = encodeURIComponent

export const paths = {
  cluster: (cluster: string) => `/clusters/${part(cluster)}`,
  topics: (cluster: string) => `/clusters/${part(cluster)}/topics`,
  topic: (cluster: string, topic: string) => `/clusters/${part(cluster)}/topics/${part(topic)}`,
  groups: (cluster: string) => `/clusters/${part(cluster)}/groups`,
  group: (cluster: string, group: string) => `/clusters/${part(cluster)}/groups/${part(group)}`,
  schemas: (cluster: string) => `/clusters/${part(cluster)}/schemas`,
  subject: (cluster: string, subject: string) =>
    `/clusters/${part(cluster)}/schemas/${part(subject)}`,
  search: (cluster: string) => `/clusters/${part(cluster)}/search`,
  brokers: (cluster: string) => `/clusters/${part(cluster)}/brokers`,
  broker: (cluster: string, broker: number) => `/clusters/${part(cluster)}/brokers/${broker}`,
}

const cluster = (id: string) => `/api/clusters/${part(id)}`
const topic = (id: string, name: string) => `${cluster(id)}/topics/${part(name)}`
const recordAt = (id: string, name: string, partition: number, offset: string) =>
  `${topic(id, name)}/messages/${partition}/${offset}`

export const apiPaths = {
  clusters: '/api/clusters',
  cluster,
  topics: (id: string) => `${cluster(id)}/topics`,
  topicStats: (id: string, names: readonly string[]) =>
    `${cluster(id)}/topic-stats?topics=${part(names.join(','))}`,
  topic,
  topicConfigs: (id: string, name: string) => `${topic(id, name)}/configs`,
  deletePreview: (id: string, name: string) => `${topic(id, name)}/delete-preview`,
  messages: (id: string, name: string, search: URLSearchParams) =>
    `${topic(id, name)}/messages?${search}`,
  tail: (id: string, name: string, search: URLSearchParams) => `${topic(id, name)}/tail?${search}`,
  record: (id: string, name: string, partition: number, offset: string, whole = false) =>
    `${recordAt(id, name, partition, offset)}${whole ? '?whole=true' : ''}`,
  recordBytes: (
    id: string,
    name: string,
    partition: number,
    offset: string,
    which: 'key' | 'value',
  ) => `${recordAt(id, name, partition, offset)}/bytes?part=${which}`,
  /** Also where records are sent to, by POST. */
  produce: (id: string, name: string) => `${topic(id, name)}/messages`,
  resend: (id: string, name: string) => `${topic(id, name)}/resend`,
  importMessages: (id: string, name: string, search: URLSearchParams) =>
    `${topic(id, name)}/import?${search}`,
  decoders: (id: string, name: string) => `${topic(id, name)}/decoders`,
  fields: (id: string, name: string) => `${topic(id, name)}/fields`,
  search: (id: string, search: URLSearchParams) => `${cluster(id)}/search?${search}`,
  steerSearch: (id: string, searchId: string) => `${cluster(id)}/searches/${part(searchId)}`,
  exportMessages: (id: string, search: URLSearchParams) => `${cluster(id)}/export?${search}`,
  savedQueries: '/api/saved-queries',
  savedQuery: (queryId: string) => `/api/saved-queries/${part(queryId)}`,
  inferredSchema: (id: string, name: string) => `${topic(id, name)}/inferred-schema`,
  /** `search`: ids that records name. */
  topicSchemas: (id: string, name: string, search: URLSearchParams) =>
    `${topic(id, name)}/schemas${search.size === 0 ? '' : `?${search}`}`,
  schemas: (id: string, withDeleted = false) =>
    `${cluster(id)}/schemas${withDeleted ? '?deleted=true' : ''}`,
  /** Each name is encoded by itself, since it may hold a comma. */
  subjectStats: (id: string, names: readonly string[]) =>
    `${cluster(id)}/subject-stats?subjects=${part(names.map(part).join(','))}`,
  subject: (id: string, name: string) => `${cluster(id)}/schemas/${part(name)}`,
  /** `search`: which version and message. */
  schemaFields: (id: string, name: string, search: URLSearchParams) =>
    `${cluster(id)}/schemas/${part(name)}/fields${search.size === 0 ? '' : `?${search}`}`,
  skeleton: (id: string, name: string, search: URLSearchParams) =>
    `${cluster(id)}/schemas/${part(name)}/skeleton?${search}`,
  payload: (id: string, name: string) => `${cluster(id)}/schemas/${part(name)}/payload`,
  groups: (id: string) => `${cluster(id)}/groups`,
  group: (id: string, name: string) => `${cluster(id)}/groups/${part(name)}`,
  brokers: (id: string) => `${cluster(id)}/brokers`,
  brokerConfigs: (id: string, broker: number) => `${cluster(id)}/brokers/${broker}/configs`,
  /** Each resource is encoded by itself, since names may hold a comma. */
  live: (id: string, watched: readonly string[]) =>
    `${cluster(id)}/live?watch=${part(watched.map(part).join(','))}`,
}
