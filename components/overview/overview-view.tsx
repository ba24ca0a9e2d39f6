'use client'
// The overview: is it healthy, what is busy, who is behind.

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { overviewQuery } from '../../lib/api/clusters.ts'
import { ApiError } from '../../lib/api/request.ts'
import type { ClusterOverview } from '../../lib/contracts/clusters.ts'
import { formatCount, formatRate, plural } from '../../lib/format/count.ts'
import { paths } from '../../lib/paths.ts'
import { clusterStatusText, clusterTone } from '../layout/cluster-mark.tsx'
import { PageHeader } from '../layout/page-header.tsx'
import { Freshness } from '../live/live.tsx'
import { State, type Tone, ToneMark } from '../ui/badge.tsx'
import { buttonStyle } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { Command, CopyButton } from '../ui/copy.tsx'
import { Failed, Loading, ProblemLine } from '../ui/states.tsx'
import { RateLine, useRatePoints } from './rate-line.tsx'

export function OverviewView({ cluster }: { cluster: string }) {
  const { data, error, refetch } = useQuery(overviewQuery(cluster))
  // Nothing was ever known of it: no figure would mean anything.
  const neverSeen = data?.cluster.status === 'unreachable' && data.kafkaClusterId === null
  return (
    <>
      <PageHeader
        title={data?.cluster.name ?? cluster}
        facts={
          data !== undefined && (
            <>
              <State tone={clusterTone[data.cluster.status]}>
                {clusterStatusText[data.cluster.status]}
              </State>
              {data.kafkaClusterId !== null && (
                <span className="data max-sm:hidden" title="The cluster’s own id">
                  {data.kafkaClusterId}
                </span>
              )}
            </>
          )
        }
      />
      {data !== undefined && !neverSeen && <Freshness resource="overview" stale={data.stale} />}
      {error !== null && data === undefined ? (
        <Failed what={`Cluster ${cluster}`} error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading what="the overview" />
      ) : neverSeen && data.cluster.problem !== undefined ? (
        <Failed
          what={`Cluster ${data.cluster.name}`}
          error={new ApiError(0, data.cluster.problem)}
          onRetry={() => void refetch()}
        />
      ) : (
        <Overview cluster={cluster} overview={data} />
      )}
    </>
  )
}

function Overview({ cluster, overview }: { cluster: string; overview: ClusterOverview }) {
  const points = useRatePoints(overview)
  const { problem } = overview.cluster
  const empty = overview.topics === 0 && overview.cluster.status !== 'unreachable'
  return (
    <div className="flex max-w-6xl flex-col gap-8 py-3 pb-8">
      {problem !== undefined && overview.stale === undefined && <ProblemLine problem={problem} />}
      <Figures cluster={cluster} overview={overview} />
      {empty ? (
        <FirstSteps cluster={cluster} bootstrap={overview.cluster.bootstrap.join(',')} />
      ) : (
        <div className="grid gap-x-12 gap-y-8 lg:grid-cols-2">
          <Section title="Throughput">
            <p className="figures pb-1 text-lg">
              {overview.recordsPerSecond === null ? (
                <span className="text-faint">measuring</span>
              ) : (
                <>
                  <span className="font-semibold">{formatRate(overview.recordsPerSecond)}</span>
                  <span className="text-soft text-sm"> records written</span>
                </>
              )}
            </p>
            <RateLine points={points} />
          </Section>
          <Section title="Bootstrap servers">
            <ul className="data">
              {overview.cluster.bootstrap.map((address) => (
                <li key={address} className="flex h-8 items-center justify-between border-b">
                  {address}
                  <CopyButton text={address} label={`Copy ${address}`} />
                </li>
              ))}
            </ul>
          </Section>
          <Section title="Busiest topics">
            <Bars
              rows={overview.busiestTopics.map((topic) => ({
                name: topic.name,
                href: paths.topic(cluster, topic.name),
                size: topic.recordsPerSecond,
                text: formatRate(topic.recordsPerSecond),
              }))}
              none={overview.recordsPerSecond === null ? 'Measuring' : 'Nothing is being written'}
            />
          </Section>
          <Section title="Groups behind">
            <Bars
              rows={overview.groupsBehind.map((group) => ({
                name: group.name,
                href: paths.group(cluster, group.name),
                size: Number(group.lag),
                text: formatCount(group.lag),
              }))}
              none={overview.groups === 0 ? 'No consumer groups' : 'Every group has caught up'}
            />
          </Section>
        </div>
      )}
    </div>
  )
}

interface FigureProps {
  name: string
  value: ReactNode
  note?: ReactNode
  tone?: Tone
  href?: string
}

function Figures({ cluster, overview }: { cluster: string; overview: ClusterOverview }) {
  const missing = overview.brokersMissing.length
  const { partitionsOffline: offline, partitionsUnderReplicated: behind } = overview
  const figures: FigureProps[] = [
    {
      name: 'Brokers up',
      value: formatCount(overview.brokersUp),
      tone: missing > 0 || overview.brokersUp === 0 ? 'bad' : 'good',
      note:
        missing > 0 ? `missing ${overview.brokersMissing.join(', ')}` : controllerText(overview),
      href: paths.brokers(cluster),
    },
    {
      name: 'Partitions offline',
      value: formatCount(offline),
      tone: offline > 0 ? 'bad' : 'good',
      note: `of ${formatCount(overview.partitions)}`,
    },
    {
      name: 'Under-replicated',
      value: formatCount(behind),
      tone: behind > 0 ? 'warn' : 'good',
      note: `of ${formatCount(overview.partitions)}`,
    },
    {
      name: 'Topics',
      value: formatCount(overview.topics),
      note: `and ${formatCount(overview.internalTopics)} internal`,
      href: paths.topics(cluster),
    },
    {
      name: 'Groups',
      value: overview.groups === null ? '–' : formatCount(overview.groups),
      note:
        overview.groupsBehind.length > 0
          ? `${plural(overview.groupsBehind.length, 'group')} behind`
          : 'none behind',
      href: paths.groups(cluster),
    },
  ]
  return (
    <dl className="grid grid-cols-2 border-y sm:grid-cols-3 lg:grid-cols-5">
      {figures.map((figure) => (
        <Figure key={figure.name} {...figure} />
      ))}
    </dl>
  )
}

function controllerText(overview: ClusterOverview): string {
  return overview.controllerId === null
    ? 'no controller known'
    : `controller ${overview.controllerId}`
}

function Figure({ name, value, note, tone, href }: FigureProps) {
  return (
    <div className="flex flex-col py-3 pr-4">
      <dt className="text-soft">
        {href === undefined ? (
          name
        ) : (
          <Link href={href} prefetch={false} className="hover:text-text hover:underline">
            {name}
          </Link>
        )}
      </dt>
      <dd>
        <span className="figures flex items-center gap-2 font-semibold text-xl">
          {value}
          {tone !== undefined && <ToneMark tone={tone} />}
          {tone !== undefined && <span className="sr-only">{toneText[tone]}</span>}
        </span>
        <span className="figures block min-h-4 text-faint text-xs">{note}</span>
      </dd>
    </div>
  )
}

const toneText: Record<Tone, string> = {
  good: 'good',
  warn: 'needs attention',
  bad: 'bad',
  neutral: '',
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex min-w-0 flex-col gap-1">
      <h2 className="font-semibold text-base">{title}</h2>
      {children}
    </section>
  )
}

interface BarsProps {
  rows: readonly { name: string; href: string; size: number; text: string }[]
  none: string
}

/** A list in which the length of a bar repeats the figure beside it. */
function Bars({ rows, none }: BarsProps) {
  const largest = Math.max(1e-9, ...rows.map((row) => row.size))
  if (rows.length === 0) return <p className="flex h-8 items-center border-b text-faint">{none}</p>
  return (
    <ul>
      {rows.map((row) => (
        <li key={row.name} className="relative flex h-8 items-center gap-3 border-b">
          <span
            aria-hidden
            className="absolute bottom-0 left-0 h-[3px] bg-accent/70"
            style={{ width: `${(row.size / largest) * 100}%` }}
          />
          <Link
            href={row.href}
            prefetch={false}
            title={row.name}
            className="min-w-0 flex-1 truncate hover:underline"
          >
            {row.name}
          </Link>
          <span className="figures">{row.text}</span>
        </li>
      ))}
    </ul>
  )
}

function FirstSteps({ cluster, bootstrap }: { cluster: string; bootstrap: string }) {
  return (
    <section className="flex max-w-2xl flex-col gap-4" aria-label="First steps">
      <h2 className="font-semibold text-lg">The cluster is empty</h2>
      <p>Create a topic, then produce a message into it from any Kafka client.</p>
      <div>
        <Link
          href={`${paths.topics(cluster)}?create=true`}
          prefetch={false}
          className={classNames(buttonStyle({ look: 'accent' }))}
        >
          Create topic
        </Link>
      </div>
      <Command
        label="Produce with kcat"
        text={`echo '{"hello":"river"}' | kcat -P -b ${bootstrap} -t first-topic`}
      />
      <Command
        label="Produce with Kafka’s console producer"
        text={`echo '{"hello":"river"}' | kafka-console-producer.sh --bootstrap-server ${bootstrap} --topic first-topic`}
      />
    </section>
  )
}
