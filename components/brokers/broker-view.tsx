'use client'
// One broker: what it holds, and its configuration.

import { useQuery } from '@tanstack/react-query'
import { brokerConfigsQuery, brokersQuery } from '../../lib/api/clusters.ts'
import type { Broker } from '../../lib/contracts/clusters.ts'
import { formatCount } from '../../lib/format/count.ts'
import { PageHeader } from '../layout/page-header.tsx'
import { Freshness, useWatch } from '../live/live.tsx'
import { Chip } from '../ui/badge.tsx'
import { Failed, Loading } from '../ui/states.tsx'
import { InSync, OfflineDirectories } from './brokers-view.tsx'
import { ConfigView } from './config-view.tsx'

export function BrokerView({ cluster, id }: { cluster: string; id: number }) {
  useWatch('brokers')
  const brokers = useQuery(brokersQuery(cluster))
  const broker = brokers.data?.brokers.find((each) => each.id === id)
  const configs = useQuery({
    ...brokerConfigsQuery(cluster, id),
    enabled: brokers.data === undefined || broker !== undefined,
  })
  const gone = brokers.data !== undefined && broker === undefined
  return (
    <>
      <PageHeader
        title={`Broker ${id}`}
        facts={broker !== undefined && <Facts broker={broker} />}
      />
      {brokers.data !== undefined && <Freshness resource="brokers" stale={brokers.data.stale} />}
      {gone ? (
        <Failed
          what={`Broker ${id}`}
          error={
            new Error(
              `The cluster’s metadata names no broker ${id}. It is down, or has never been there.`,
            )
          }
        />
      ) : brokers.data === undefined && brokers.error === null ? (
        <Loading what="the broker" />
      ) : (
        <section aria-labelledby="broker-config">
          <h2 id="broker-config" className="pt-2 font-semibold text-base">
            Configuration
          </h2>
          <ConfigView answer={configs} owner={`broker ${id}`} />
        </section>
      )}
    </>
  )
}

function Facts({ broker }: { broker: Broker }) {
  return (
    <>
      {broker.isController && <Chip>controller</Chip>}
      <span className="data">
        {broker.host}:{broker.port}
      </span>
      {broker.rack !== null && <span>rack {broker.rack}</span>}
      <span>leads {formatCount(broker.leaders)}</span>
      <span>holds {formatCount(broker.replicas)}</span>
      <span className="flex items-center gap-1.5">
        in sync <InSync broker={broker} />
      </span>
      <OfflineDirectories brokers={[broker]} />
    </>
  )
}
