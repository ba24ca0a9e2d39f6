import { describe, expect, it } from 'vitest'
import { decode, encode } from '../protocol/codec.ts'
import { apiVersionsResponse } from '../protocol/messages/18-api-versions.ts'
import { createApiVersions } from './18-api-versions.ts'

const LEVELS = new Map([['metadata.version', 30]])

async function ask(
  apiVersion: number,
  metadata: { features(): typeof LEVELS; offset: bigint } | undefined,
) {
  const handler = createApiVersions<null>({ served: () => [], metadata: () => metadata })
  const request = { clientSoftwareName: 'test', clientSoftwareVersion: '1.0' }
  const context = {
    apiVersion,
    clientId: null,
    principal: 'User:ANONYMOUS',
    remoteAddress: '127.0.0.1:50000',
    signal: new AbortController().signal,
    hold: () => () => undefined,
  }
  const answer = await handler.handle(request, context, null)
  if (answer === null) throw new Error('there is no answer')
  return decode(apiVersionsResponse, apiVersion, encode(apiVersionsResponse, apiVersion, answer))
}

describe('the features that ApiVersions tells', () => {
  it.each([3, 4])(
    'are those of the metadata, in the level that is in force, in version %i',
    async (version) => {
      const answer = await ask(version, { features: () => LEVELS, offset: 41n })
      expect(answer.finalizedFeaturesEpoch).toBe(41n)
      expect(answer.supportedFeatures).toContainEqual({
        name: 'metadata.version',
        minVersion: 30,
        maxVersion: 30,
      })
      expect(answer.finalizedFeatures).toContainEqual({
        name: 'metadata.version',
        minVersionLevel: 30,
        maxVersionLevel: 30,
      })
      const names = answer.finalizedFeatures.map(({ name }) => name)
      expect(names).toEqual(answer.supportedFeatures.map(({ name }) => name))
    },
  )

  it('are none while the metadata is not known, and in versions that cannot carry them', async () => {
    expect((await ask(4, undefined)).supportedFeatures).toEqual([])
    const answer = await ask(2, { features: () => LEVELS, offset: 41n })
    expect([answer.supportedFeatures, answer.finalizedFeaturesEpoch]).toEqual([[], -1n])
  })
})
