'use client'
// What to do about a topic without messages: commands that produce the first ones.

import { useQuery } from '@tanstack/react-query'
import { clustersQuery } from '../../lib/api/clusters.ts'
import { Command } from '../ui/copy.tsx'
import { Empty } from '../ui/states.tsx'

interface EmptyTopicProps {
  cluster: string
  topic: string
  /** Only some partitions were asked for. */
  some: boolean
}

export function EmptyTopic({ cluster, topic, some }: EmptyTopicProps) {
  const clusters = useQuery(clustersQuery()).data?.clusters
  const bootstrap = clusters?.find((each) => each.id === cluster)?.bootstrap.join(',')
  return (
    <Empty title={some ? 'No messages in these partitions' : 'No messages yet'}>
      {bootstrap !== undefined && (
        <>
          <p>Produce the first one; it appears here by itself.</p>
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
