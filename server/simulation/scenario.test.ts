// The transcripts of scenarios/. UPDATE_SCENARIOS=1 writes what happens now into them, to be read
// as a diff.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { Scenario } from './scenario.ts'

// A second of work each; the limit is for machines that do other things meanwhile.
vi.setConfig({ testTimeout: 180_000 })

const BROKERS = 3
const folder = join(import.meta.dirname, 'scenarios')

describe('the case of', () => {
  it.each(readdirSync(folder))('%s', async (file) => {
    const path = join(folder, file)
    const transcript = readFileSync(path, 'utf8')
    const now = await new Scenario(file, BROKERS).replay(transcript)
    if (process.env.UPDATE_SCENARIOS === '1') writeFileSync(path, now)
    else expect(now).toBe(transcript)
  })
})
