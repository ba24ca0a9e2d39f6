// Which requests the console's server refuses before any part sees them.
//
// A console on a loopback address is reached by loopback names only: any other Host means that
// some site let its own name point to this machine (DNS rebinding). And what changes something
// comes from the console's own pages, or from a program, which sends no Origin.

import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/** The reason for refusing, or undefined. */
export function refusalOf(
  request: Pick<IncomingMessage, 'method' | 'headers'>,
  boundTo: string,
): string | undefined {
  const { host, origin } = request.headers
  if (host === undefined) return 'The request names no Host.'
  const name = hostNameOf(host)
  if (isLoopback(boundTo) && !isLoopback(name) && name !== boundTo.toLowerCase()) {
    return (
      `This console listens on ${boundTo} and answers to loopback names only, not to "${name}". ` +
      'Start it with --host to serve other machines, or let the proxy send "Host: localhost".'
    )
  }
  const changes = request.method !== 'GET' && request.method !== 'HEAD'
  if (changes && origin !== undefined && hostOf(origin) !== host.toLowerCase()) {
    return `Changes are accepted from this console's own pages, not from ${origin}.`
  }
  return undefined
}

export function isLoopback(name: string): boolean {
  const address = name.toLowerCase()
  if (address === 'localhost' || address.endsWith('.localhost')) return true
  if (address === '::1' || address === '0:0:0:0:0:0:0:1') return true
  return isIP(address) === 4 && address.startsWith('127.')
}

/** The name in a Host header, without port and brackets. */
function hostNameOf(host: string): string {
  const bracketed = /^\[(.*)\](:\d+)?$/.exec(host)
  return (bracketed?.[1] ?? host.replace(/:\d+$/, '')).toLowerCase()
}

/** The host and port of an origin; nothing for "null" and other things that are no address. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}
