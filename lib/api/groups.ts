// Queries for consumer groups.

import { queryOptions } from '@tanstack/react-query'
import { apiPaths } from '../paths.ts'
import { pushed } from './clusters.ts'
import { keys } from './keys.ts'
import { getJson } from './request.ts'

export const groupsQuery = (cluster: string) =>
  queryOptions({
    queryKey: keys.groups(cluster),
    queryFn: ({ signal }) => getJson('listGroups', apiPaths.groups(cluster), signal),
    ...pushed,
  })

export const groupQuery = (cluster: string, group: string) =>
  queryOptions({
    queryKey: keys.group(cluster, group),
    queryFn: ({ signal }) => getJson('getGroup', apiPaths.group(cluster, group), signal),
    ...pushed,
  })
