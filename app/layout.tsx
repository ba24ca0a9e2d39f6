import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { Providers } from '../components/layout/providers.tsx'
import { inter, jetbrainsMono } from './fonts.ts'
import './globals.css'

export const metadata: Metadata = {
  title: { default: 'Riverglass', template: '%s · Riverglass' },
  description: 'A console for Kafka, with a Kafka cluster built in',
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#ffffff' },
    { media: '(prefers-color-scheme: dark)', color: '#121516' },
  ],
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  // The server's policy lets only scripts run that carry this request's nonce.
  const policy = (await headers()).get('content-security-policy') ?? ''
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1]
  return (
    // The theme's class is set by a script before the first paint, which React must not undo.
    <html
      lang="en"
      suppressHydrationWarning
      className={`${inter.variable} ${jetbrainsMono.variable}`}
    >
      <body>
        <Providers nonce={nonce}>{children}</Providers>
      </body>
    </html>
  )
}
