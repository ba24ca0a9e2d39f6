import { HydrationBoundary } from '@tanstack/react-query'
import { BrokersView } from '../../../../components/brokers/brokers-view.tsx'
import { brokersQuery } from '../../../../lib/api/clusters.ts'
import { firstData } from '../../../first-data.ts'

interface Props {
  params: Promise<{ cluster: string }>
}

export async function generateMetadata({ params }: Props) {
  return { title: `Brokers · ${decodeURIComponent((await params).cluster)}` }
}

export default async function BrokersPage({ params }: Props) {
  const cluster = decodeURIComponent((await params).cluster)
  return (
    <HydrationBoundary state={await firstData([brokersQuery(cluster)])}>
      <BrokersView cluster={cluster} />
    </HydrationBoundary>
  )
}
