// The topic of the metadata log: one partition, kept by the controller, fetched by brokers.

export const METADATA_TOPIC = '__cluster_metadata'
/** Its well-known id, by which versions 13 and later of Fetch name it. */
export const METADATA_TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAQ'
export const METADATA_PARTITION = 0
