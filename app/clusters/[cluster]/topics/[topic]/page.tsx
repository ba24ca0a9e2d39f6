import { HydrationBoundary } from '@tanstack/react-query'
import { TopicView } from '../../../../../components/topics/topic-view.tsx'
import { topicQuery } from '../../../../../lib/api/topics.ts'
import { firstData } from '../../../../first-data.ts'

interface Props {
  params: Promise<{ cluster: string; topic: string }>
}

export async function generateMetadata({ params }: Props) {
  const { cluster, topic } = await params
  return { title: `${decodeURIComponent(topic)} · ${decodeURIComponent(cluster)}` }
}

export default async function TopicPage({ params }: Props) {
  const cluster = decodeURIComponent((await params).cluster)
  const topic = decodeURIComponent((await params).topic)
  return (
    <HydrationBoundary state={await firstData([topicQuery(cluster, topic)])}>
      <TopicView key={topic} cluster={cluster} topic={topic} />
    </HydrationBoundary>
  )
}
