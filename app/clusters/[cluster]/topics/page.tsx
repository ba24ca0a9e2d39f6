import { HydrationBoundary } from '@tanstack/react-query'
import { TopicsView } from '../../../../components/topics/topics-view.tsx'
import { topicsQuery } from '../../../../lib/api/topics.ts'
import { firstData } from '../../../first-data.ts'

interface Props {
  params: Promise<{ cluster: string }>
}

export async function generateMetadata({ params }: Props) {
  return { title: `Topics · ${decodeURIComponent((await params).cluster)}` }
}

export default async function TopicsPage({ params }: Props) {
  const cluster = decodeURIComponent((await params).cluster)
  return (
    <HydrationBoundary state={await firstData([topicsQuery(cluster)])}>
      <TopicsView cluster={cluster} />
    </HydrationBoundary>
  )
}
