// A cluster's colour (from its name, so that it is the same everywhere) and its health.

import type { ClusterSummary } from '../../lib/contracts/clusters.ts'
import type { Tone } from '../ui/badge.tsx'

/** Hues apart enough to be told from each other; state colours are not among them. */
const hues = [190, 265, 310, 225, 340, 285, 205, 245]

export function clusterHue(id: string): number {
  let sum = 0
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521
  return hues[sum % hues.length] ?? 190
}

export function ClusterColour({ id }: { id: string }) {
  return (
    <span
      aria-hidden="true"
      className="inline-block h-4 w-1 shrink-0 rounded-full"
      style={{ background: `oklch(0.62 0.13 ${clusterHue(id)})` }}
    />
  )
}

export const clusterTone: Record<ClusterSummary['status'], Tone> = {
  ready: 'good',
  degraded: 'warn',
  unreachable: 'bad',
  unknown: 'neutral',
}

export const clusterStatusText: Record<ClusterSummary['status'], string> = {
  ready: 'ready',
  degraded: 'degraded',
  unreachable: 'unreachable',
  unknown: 'not known',
}
