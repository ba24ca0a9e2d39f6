import { HydrationBoundary } from '@tanstack/react-query'
import { SubjectView } from '../../../../../components/schemas/subject-view.tsx'
import { subjectQuery } from '../../../../../lib/api/schemas.ts'
import { firstData } from '../../../../first-data.ts'

interface Props {
  params: Promise<{ cluster: string; subject: string }>
}

export async function generateMetadata({ params }: Props) {
  const { cluster, subject } = await params
  return { title: `${decodeURIComponent(subject)} · ${decodeURIComponent(cluster)}` }
}

export default async function SubjectPage({ params }: Props) {
  const cluster = decodeURIComponent((await params).cluster)
  const subject = decodeURIComponent((await params).subject)
  return (
    <HydrationBoundary state={await firstData([subjectQuery(cluster, subject)])}>
      <SubjectView key={subject} cluster={cluster} subject={subject} />
    </HydrationBoundary>
  )
}
