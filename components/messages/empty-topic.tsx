'use client'
// What to do about a topic without messages: commands that produce the first ones.

import { useQuery } from '@tanstack/react-query'
import { clustersQuery } from '../../lib/api/clusters.ts'
import { formatCount } from '../../lib/format/count.ts'
import { Command } from '../ui/copy.tsx'
import { Empty } from '../ui/states.tsx'

interface EmptyTopicProps {
  cluster: string
  topic: string
  /** Only some partitions were asked for. */
  some: boolean
  /** How many offsets were given out: there were messages, and they are gone. */
  gone: bigint
}

export function EmptyTopic({ cluster, topic, some, gone }: EmptyTopicProps) {
  const clusters = useQuery(clustersQuery()).data?.clusters
  const bootstrap = clusters?.find((each) => each.id === cluster)?.bootstrap.join(',')
  return (
    <Empty
      title={
        some
          ? 'No messages in these partitions'
          : gone > 0n
            ? 'No messages any more'
            : 'No messages yet'
      }
    >
      {gone > 0n && (
        <p>
          There were some, up to {formatCount(gone)}: retention has deleted them, as it does with
          records whose time is past, or somebody has.
        </p>
      )}
      {bootstrap !== undefined && (
        <>
          <p>Produce {gone > 0n ? 'another' : 'the first'} one; it appears here by itself.</p>
          <Command
            label="With kcat"
            text={`echo '{"hello":"river"}' | kcat -P -b ${bootstrap} -t ${topic}`}
          />
          <Command
            label="With Kafka’s console producer"
            text={`echo '{"hello":"river"}' | kafka-console-producer.sh --bootstrap-server ${bootstrap} --topic ${topic}`}
          />
        </>
      )}
    </Empty>
  )
}
