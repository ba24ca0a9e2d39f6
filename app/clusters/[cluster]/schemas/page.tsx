import { HydrationBoundary } from '@tanstack/react-query'
import { SchemasView } from '../../../../components/schemas/schemas-view.tsx'
import { subjectsQuery } from '../../../../lib/api/schemas.ts'
import { firstData } from '../../../first-data.ts'

interface Props {
  params: Promise<{ cluster: string }>
}

export async function generateMetadata({ params }: Props) {
  return { title: `Schemas · ${decodeURIComponent((await params).cluster)}` }
}

export default async function SchemasPage({ params }: Props) {
  const cluster = decodeURIComponent((await params).cluster)
  return (
    <HydrationBoundary state={await firstData([subjectsQuery(cluster)])}>
      <SchemasView cluster={cluster} />
    </HydrationBoundary>
  )
}
