// The configs of a broker as DescribeConfigs tells them: those it was started with, and those that
// a server.properties would hold and that follow from other flags here.

import type { BrokerOptions } from './broker.ts'

function listener(host: string, port: number): string {
  return `PLAINTEXT://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** By name; `port` is the one that the broker listens on. */
export function ownConfigs(
  { brokerId, host, advertisedHost, folder, rack, staticConfigs }: BrokerOptions,
  port: number,
): ReadonlyMap<string, string> {
  return new Map([
    ...staticConfigs,
    // Kafka gives both names the value of either.
    ['broker.id', String(brokerId)],
    ['node.id', String(brokerId)],
    ['listeners', listener(host, port)],
    ['advertised.listeners', listener(advertisedHost ?? host, port)],
    ['log.dirs', folder],
    ...(rack === null ? [] : [['broker.rack', rack] as const]),
  ])
}
