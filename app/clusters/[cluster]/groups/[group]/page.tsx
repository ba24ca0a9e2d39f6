import { HydrationBoundary } from '@tanstack/react-query'
import { GroupView } from '../../../../../components/groups/group-view.tsx'
import { groupQuery } from '../../../../../lib/api/groups.ts'
import { firstData } from '../../../../first-data.ts'

interface Props {
  params: Promise<{ cluster: string; group: string }>
}

export async function generateMetadata({ params }: Props) {
  const { cluster, group } = await params
  return { title: `${decodeURIComponent(group)} · ${decodeURIComponent(cluster)}` }
}

export default async function GroupPage({ params }: Props) {
  const cluster = decodeURIComponent((await params).cluster)
  const group = decodeURIComponent((await params).group)
  return (
    <HydrationBoundary state={await firstData([groupQuery(cluster, group)])}>
      <GroupView key={group} cluster={cluster} group={group} />
    </HydrationBoundary>
  )
}
