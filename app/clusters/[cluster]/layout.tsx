import { HydrationBoundary } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Shell } from '../../../components/layout/shell.tsx'
import { clustersQuery } from '../../../lib/api/clusters.ts'
import { firstData } from '../../first-data.ts'

interface LayoutProps {
  children: ReactNode
  params: Promise<{ cluster: string }>
}

export default async function ClusterLayout({ children, params }: LayoutProps) {
  const cluster = decodeURIComponent((await params).cluster)
  return (
    <HydrationBoundary state={await firstData([clustersQuery()])}>
      <Shell cluster={cluster}>{children}</Shell>
    </HydrationBoundary>
  )
}
