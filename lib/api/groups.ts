// Queries for consumer groups.

import { queryOptions } from '@tanstack/react-query'
import { apiPaths } from '../paths.ts'
import { pushed } from './clusters.ts'
import { jsonFrom } from './json-from.ts'
import { keys } from './keys.ts'

export const groupsQuery = (cluster: string) =>
  queryOptions({
    queryKey: keys.groups(cluster),
    ...jsonFrom('listGroups', apiPaths.groups(cluster)),
    ...pushed,
  })

export const groupQuery = (cluster: string, group: string) =>
  queryOptions({
    queryKey: keys.group(cluster, group),
    ...jsonFrom('getGroup', apiPaths.group(cluster, group)),
    ...pushed,
  })
