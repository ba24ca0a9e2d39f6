import { HydrationBoundary } from '@tanstack/react-query'
import { notFound } from 'next/navigation'
import { BrokerView } from '../../../../../components/brokers/broker-view.tsx'
import { brokersQuery } from '../../../../../lib/api/clusters.ts'
import { firstData } from '../../../../first-data.ts'

interface Props {
  params: Promise<{ cluster: string; broker: string }>
}

export async function generateMetadata({ params }: Props) {
  const { cluster, broker } = await params
  return { title: `Broker ${broker} · ${decodeURIComponent(cluster)}` }
}

export default async function BrokerPage({ params }: Props) {
  const cluster = decodeURIComponent((await params).cluster)
  const { broker } = await params
  if (!/^\d{1,10}$/.test(broker)) notFound()
  return (
    <HydrationBoundary state={await firstData([brokersQuery(cluster)])}>
      <BrokerView key={broker} cluster={cluster} id={Number(broker)} />
    </HydrationBoundary>
  )
}
