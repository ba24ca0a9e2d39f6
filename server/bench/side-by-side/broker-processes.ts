// The processes on this machine that listen at given ports, from Linux' /proc: whose processor
// time and memory is measured when a cluster was named that the bench has not started itself.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { isIP } from 'node:net'

const LISTENING = '0A'

/** Pids, each once; empty when a broker is elsewhere or its process may not be looked at. */
export function processesListeningAt(brokers: readonly { host: string; port: number }[]): number[] {
  if (process.platform !== 'linux' || brokers.some(({ host }) => !isLocal(host))) return []
  const inodes = inodesOf(new Set(brokers.map(({ port }) => port)))
  const pids = numericNames('/proc').filter((pid) =>
    linksOf(`/proc/${pid}/fd`).some((link) =>
      inodes.has(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? ''),
    ),
  )
  return pids.length === 0 ? [] : pids
}

function isLocal(host: string): boolean {
  return host === 'localhost' || (isIP(host) === 4 && host.startsWith('127.')) || host === '::1'
}

function inodesOf(ports: ReadonlySet<number>): Set<string> {
  const inodes = new Set<string>()
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readFileSync(table, 'utf8').split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
      const port = Number.parseInt(local.split(':')[1] ?? '', 16)
      if (state === LISTENING && ports.has(port)) inodes.add(inode)
    }
  }
  return inodes
}

function numericNames(folder: string): number[] {
  return readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
}

/** Processes of others, and those that have just ended, show nothing. */
function linksOf(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => {
      try {
        return readlinkSync(`${folder}/${name}`)
      } catch {
        return ''
      }
    })
  } catch {
    return []
  }
}
