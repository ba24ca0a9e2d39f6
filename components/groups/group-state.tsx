// How a group's state reads: working, in motion, at rest, gone.

import { State, type Tone } from '../ui/badge.tsx'

const tones: Readonly<Record<string, Tone>> = {
  Stable: 'good',
  PreparingRebalance: 'warn',
  CompletingRebalance: 'warn',
  Assigning: 'warn',
  Reconciling: 'warn',
  NotReady: 'warn',
  Dead: 'bad',
}

export function GroupState({ state }: { state: string }) {
  // PreparingRebalance → preparing rebalance; Kafka's own words otherwise.
  const words = state.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()
  return <State tone={tones[state] ?? 'neutral'}>{words}</State>
}
