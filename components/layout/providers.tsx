'use client'
// What every page stands on: theme, the cache of answers, state in the URL, notices.

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { ThemeProvider } from 'next-themes'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import { type ReactNode, useState } from 'react'
import { Toaster } from 'sonner'
import { ApiError } from '../../lib/api/request.ts'

/** A refusal stays a refusal however often it is asked for; only silence is worth another try. */
function retry(failures: number, error: Error): boolean {
  return failures < 2 && (!(error instanceof ApiError) || error.status === 0)
}

interface ProvidersProps {
  /** For the script that sets the theme before the first paint. */
  nonce: string | undefined
  children: ReactNode
}

export function Providers({ nonce, children }: ProvidersProps) {
  const [client] = useState(
    () =>
      new QueryClient({
        defaultOptions: { queries: { retry, refetchOnWindowFocus: false, networkMode: 'always' } },
      }),
  )
  return (
    <ThemeProvider
      attribute="class"
      defaultTheme="system"
      enableSystem
      disableTransitionOnChange
      {...(nonce === undefined ? {} : { nonce })}
    >
      <QueryClientProvider client={client}>
        <NuqsAdapter>{children}</NuqsAdapter>
      </QueryClientProvider>
      <Toaster
        position="bottom-right"
        toastOptions={{
          classNames: {
            toast: '!bg-surface !text-text !border-line-strong !shadow-float !font-sans !text-sm',
            description: '!text-soft',
          },
        }}
      />
    </ThemeProvider>
  )
}
