// Queries for clusters and brokers. What the live stream keeps up to date never goes stale by
// age: a query only brings the first data, the stream all that follows.

import { queryOptions } from '@tanstack/react-query'
import { apiPaths } from '../paths.ts'
import { jsonFrom } from './json-from.ts'
import { keys } from './keys.ts'

export const pushed = { staleTime: Number.POSITIVE_INFINITY } as const

export const clustersQuery = () =>
  queryOptions({
    queryKey: keys.clusters,
    ...jsonFrom('listClusters', apiPaths.clusters),
    staleTime: 30_000,
  })

export const overviewQuery = (cluster: string) =>
  queryOptions({
    queryKey: keys.overview(cluster),
    ...jsonFrom('getOverview', apiPaths.cluster(cluster)),
    ...pushed,
  })

export const brokersQuery = (cluster: string) =>
  queryOptions({
    queryKey: keys.brokers(cluster),
    ...jsonFrom('listBrokers', apiPaths.brokers(cluster)),
    ...pushed,
  })

export const brokerConfigsQuery = (cluster: string, broker: number) =>
  queryOptions({
    queryKey: keys.brokerConfigs(cluster, broker),
    ...jsonFrom('getBrokerConfigs', apiPaths.brokerConfigs(cluster, broker)),
    staleTime: 10_000,
  })
