// What is printed once everything runs: where the console, the brokers and the data are.

import { isLoopback } from './http-guard.ts'

export interface Greeting {
  version: string
  /** The console's address; undefined without one. */
  address: string | undefined
  cluster: { bootstrap: readonly string[]; dataFolder: string } | undefined
  /** The schema registry's address; undefined without one. */
  registry?: string | undefined
  host: string
}

export function greet({ version, address, cluster, registry, host }: Greeting): string {
  const seconds = process.uptime().toFixed(1)
  const rows: [string, string][] = []
  if (address !== undefined) rows.push(['Console', address])
  if (cluster !== undefined) {
    rows.push(
      ['Bootstrap servers', cluster.bootstrap.join(',')],
      ['Data folder', cluster.dataFolder],
    )
  }
  if (registry !== undefined) rows.splice(-1, 0, ['Schema registry', registry])
  rows.push(['Stop', 'Ctrl-C'])
  const lines = rows.map(([name, value]) => `  ${name.padEnd(19)}${value}`)
  if (!isLoopback(host)) {
    lines.push('', `  Anyone who reaches ${host} may read and change everything: nobody is asked`)
    lines.push('  for a password.')
  }
  return [`Riverglass ${version} runs (${seconds} s).`, '', ...lines, ''].join('\n')
}
