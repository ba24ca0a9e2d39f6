// Queries for clusters and brokers. What the live stream keeps up to date never goes stale by
// age: a query only brings the first data, the stream all that follows.

import { queryOptions } from '@tanstack/react-query'
import { apiPaths } from '../paths.ts'
import { keys } from './keys.ts'
import { getJson } from './request.ts'

export const pushed = { staleTime: Number.POSITIVE_INFINITY } as const

export const clustersQuery = () =>
  queryOptions({
    queryKey: keys.clusters,
    queryFn: ({ signal }) => getJson('listClusters', apiPaths.clusters, signal),
    staleTime: 30_000,
  })

export const overviewQuery = (cluster: string) =>
  queryOptions({
    queryKey: keys.overview(cluster),
    queryFn: ({ signal }) => getJson('getOverview', apiPaths.cluster(cluster), signal),
    ...pushed,
  })

export const brokersQuery = (cluster: string) =>
  queryOptions({
    queryKey: keys.brokers(cluster),
    queryFn: ({ signal }) => getJson('listBrokers', apiPaths.brokers(cluster), signal),
    ...pushed,
  })

export const brokerConfigsQuery = (cluster: string, broker: number) =>
  queryOptions({
    queryKey: keys.brokerConfigs(cluster, broker),
    queryFn: ({ signal }) =>
      getJson('getBrokerConfigs', apiPaths.brokerConfigs(cluster, broker), signal),
    staleTime: 10_000,
  })
