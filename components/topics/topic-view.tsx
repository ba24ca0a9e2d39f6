'use client'
// One topic: its name and state, and the tabs. Which tab, and all that a tab shows, is in the URL.

import { useQuery } from '@tanstack/react-query'
import Trash from 'lucide-react/icons/trash-2'
import dynamic from 'next/dynamic'
import { parseAsBoolean, parseAsStringLiteral, useQueryState } from 'nuqs'
import { topicConfigsQuery, topicQuery } from '../../lib/api/topics.ts'
import type { TopicDetail } from '../../lib/contracts/topics.ts'
import { plural } from '../../lib/format/count.ts'
import { ConfigView } from '../brokers/config-view.tsx'
import { PageHeader } from '../layout/page-header.tsx'
import { Freshness, useWatch } from '../live/live.tsx'
import { MessagesView } from '../messages/messages-view.tsx'
import { Chip, State } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Failed, Loading } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { PartitionsView } from './partitions-view.tsx'

const DeleteTopic = dynamic(() => import('./delete-topic.tsx').then((module) => module.DeleteTopic))

const SchemaTab = dynamic(() => import('./schema-tab.tsx').then((module) => module.SchemaTab))

const tabs = ['messages', 'partitions', 'schema', 'configuration'] as const

export function TopicView({ cluster, topic }: { cluster: string; topic: string }) {
  useWatch(`topic:${topic}`)
  const { data, error, refetch } = useQuery(topicQuery(cluster, topic))
  const [tab, setTab] = useQueryState('tab', parseAsStringLiteral(tabs).withDefault('messages'))
  const [deleting, setDeleting] = useQueryState('delete', parseAsBoolean.withDefault(false))

  return (
    <>
      <PageHeader
        title={topic}
        facts={data !== undefined && <Facts topic={data} />}
        actions={
          data !== undefined &&
          !data.internal && (
            <Button onClick={() => void setDeleting(true)}>
              <Trash aria-hidden />
              Delete
            </Button>
          )
        }
      />
      {data !== undefined && <Freshness resource={`topic:${topic}`} />}
      {error !== null && data === undefined ? (
        <Failed what={`Topic ${topic}`} error={error} onRetry={() => void refetch()} />
      ) : (
        <Tabs
          label="Topic"
          value={tab}
          onChange={(next) => void setTab(next)}
          tabs={[
            {
              value: 'messages',
              label: 'Messages',
              content: tab === 'messages' && <MessagesView cluster={cluster} topic={topic} />,
            },
            {
              value: 'partitions',
              label: 'Partitions',
              content:
                tab === 'partitions' &&
                (data === undefined ? (
                  <Loading what="partitions" />
                ) : (
                  <PartitionsView cluster={cluster} topic={data} />
                )),
            },
            {
              value: 'schema',
              label: 'Schema',
              content: tab === 'schema' && <SchemaTab cluster={cluster} topic={topic} />,
            },
            {
              value: 'configuration',
              label: 'Configuration',
              content: tab === 'configuration' && <TopicConfig cluster={cluster} topic={topic} />,
            },
          ]}
        />
      )}
      {deleting && (
        <DeleteTopic cluster={cluster} topic={topic} onClose={() => void setDeleting(null)} />
      )}
    </>
  )
}

function TopicConfig({ cluster, topic }: { cluster: string; topic: string }) {
  return (
    <ConfigView answer={useQuery(topicConfigsQuery(cluster, topic))} owner={`topic ${topic}`} />
  )
}

function Facts({ topic }: { topic: TopicDetail }) {
  const offline = topic.partitions.filter((each) => each.leader < 0).length
  const behind = topic.partitions.filter(
    (each) => each.leader >= 0 && each.inSyncReplicas.length < each.replicas.length,
  ).length
  return (
    <>
      {topic.internal && <Chip>internal</Chip>}
      <span>{plural(topic.partitions.length, 'partition')}</span>
      <span>{plural(topic.replicationFactor, 'replica')}</span>
      {offline > 0 ? (
        <State tone="bad">{offline} offline</State>
      ) : behind > 0 ? (
        <State tone="warn">{behind} under-replicated</State>
      ) : (
        <State tone="good">all in sync</State>
      )}
    </>
  )
}
