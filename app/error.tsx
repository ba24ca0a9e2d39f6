'use client'
import { Failed } from '../components/ui/states.tsx'

export default function PageError({ error, reset }: { error: Error; reset: () => void }) {
  return (
    <main className="p-6">
      <Failed what="This page" error={error} onRetry={reset} />
    </main>
  )
}
