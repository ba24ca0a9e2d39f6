// The schema registry beside another one: the same requests, one by one, to both. Each difference
// is listed with its reason, and a listed one that is not there any more fails the test. The other
// registry keeps its own data in topics of the same cluster.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apicurio, type OtherRegistry } from './clients/apicurio.ts'
import { comparesWithOthers, type RiverglassCluster, startRiverglass } from './clusters.ts'
import { compare, type Difference } from './registry/compare.ts'
import { KNOWN_DIFFERENCES, type KnownDifference } from './registry/differences.ts'
import { SEQUENCES } from './registry/sequences.ts'

const absence = comparesWithOthers
  ? await apicurio.absence()
  : 'it takes minutes; `npm run conformance` has it'
if (absence !== undefined) console.log(`registry-comparison.test.ts is skipped: ${absence}`)

function isKnown(one: Difference, { sequence, request, ours, theirs }: KnownDifference): boolean {
  return (
    sequence.test(one.sequence) &&
    request.test(one.request) &&
    ours.test(one.ours) &&
    theirs.test(one.theirs)
  )
}

describe.skipIf(absence !== undefined)('the schema registry and another one', () => {
  let cluster: RiverglassCluster
  let other: OtherRegistry

  beforeAll(async () => {
    cluster = await startRiverglass()
    other = await apicurio.start(cluster.bootstrap)
    // Its own default is none.
    const level = {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ compatibility: 'BACKWARD' }),
    }
    await fetch(`${other.url}/config`, level)
  }, 300_000)

  afterAll(async () => {
    await other?.stop()
    await cluster?.stop()
  })

  it('answer alike, but for what is listed', { timeout: 1_200_000 }, async () => {
    const { requests, differences } = await compare(cluster.registry, other.url, SEQUENCES)
    const unknown = differences.filter(
      (one) => !KNOWN_DIFFERENCES.some((known) => isKnown(one, known)),
    )
    console.log(
      `${requests} requests, ${requests - differences.length} answered alike, ${differences.length} differences, ${unknown.length} of them not listed`,
    )
    expect(unknown).toEqual([])
    const stale = KNOWN_DIFFERENCES.filter(
      (known) => !differences.some((one) => isKnown(one, known)),
    )
    expect(stale).toEqual([])
  })
})
