import { HydrationBoundary } from '@tanstack/react-query'
import { redirect } from 'next/navigation'
import { FirstCluster } from '../components/layout/first-cluster.tsx'
import { clustersQuery } from '../lib/api/clusters.ts'
import type { ClusterList } from '../lib/contracts/clusters.ts'
import { paths } from '../lib/paths.ts'
import { firstData } from './first-data.ts'

export default async function StartPage() {
  const state = await firstData([clustersQuery()])
  const list = state?.queries[0]?.state.data as ClusterList | undefined
  const first = list?.clusters[0]
  if (first !== undefined) redirect(paths.cluster(first.id))
  return (
    <HydrationBoundary state={state}>
      <FirstCluster />
    </HydrationBoundary>
  )
}
