import { HydrationBoundary } from '@tanstack/react-query'
import { OverviewView } from '../../../components/overview/overview-view.tsx'
import { overviewQuery } from '../../../lib/api/clusters.ts'
import { firstData } from '../../first-data.ts'

interface Props {
  params: Promise<{ cluster: string }>
}

export async function generateMetadata({ params }: Props) {
  return { title: `Overview · ${decodeURIComponent((await params).cluster)}` }
}

export default async function OverviewPage({ params }: Props) {
  const cluster = decodeURIComponent((await params).cluster)
  return (
    <HydrationBoundary state={await firstData([overviewQuery(cluster)])}>
      <OverviewView cluster={cluster} />
    </HydrationBoundary>
  )
}
