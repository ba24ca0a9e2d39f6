import { HydrationBoundary } from '@tanstack/react-query'
import { SearchView } from '../../../../components/search/search-view.tsx'
import { topicsQuery } from '../../../../lib/api/topics.ts'
import { firstData } from '../../../first-data.ts'

interface Props {
  params: Promise<{ cluster: string }>
}

export async function generateMetadata({ params }: Props) {
  return { title: `Search · ${decodeURIComponent((await params).cluster)}` }
}

export default async function SearchPage({ params }: Props) {
  const cluster = decodeURIComponent((await params).cluster)
  return (
    <HydrationBoundary state={await firstData([topicsQuery(cluster)])}>
      <SearchView cluster={cluster} />
    </HydrationBoundary>
  )
}
