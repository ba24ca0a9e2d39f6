'use client'
// The start page while it is not known which cluster to show: goes there once it is.

import { useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useEffect } from 'react'
import { clustersQuery } from '../../lib/api/clusters.ts'
import { paths } from '../../lib/paths.ts'
import { Command } from '../ui/copy.tsx'
import { Empty, Failed, Loading } from '../ui/states.tsx'

export function FirstCluster() {
  const router = useRouter()
  const { data, error, refetch } = useQuery(clustersQuery())
  const first = data?.clusters[0]?.id
  useEffect(() => {
    if (first !== undefined) router.replace(paths.cluster(first))
  }, [router, first])
  return (
    <main className="mx-auto max-w-3xl p-6">
      <h1 className="sr-only">Riverglass</h1>
      {error !== null ? (
        <Failed what="The list of clusters" error={error} onRetry={() => void refetch()} />
      ) : data === undefined || first !== undefined ? (
        <Loading what="the list of clusters" />
      ) : (
        <Empty title="No cluster yet">
          <p>This console was started without its own cluster, and its configuration names none.</p>
          <Command label="Start it with the cluster that is built in" text="riverglass start" />
          <Command
            label="Or name clusters in a file"
            text={`echo '{ "clusters": [{ "name": "local", "bootstrap": "localhost:9092" }] }' > clusters.json\nriverglass start --config clusters.json`}
          />
        </Empty>
      )}
    </main>
  )
}
