import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { closingLine, countPlaywright, countResults, countVitest } from './checks.js'
import { isAtLeast } from './node-version.js'
import { hashFiles, listFiles, withLock } from './up-to-date.js'

describe('counting', () => {
  it('takes a tool that checks all at once as one check', () => {
    expect(countResults({ name: 'lint' }, 0)).toEqual({ passed: 1, failed: 0, skipped: 0 })
    expect(countResults({ name: 'lint' }, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 })
  })

  it('takes a report that is missing for a failure, whatever the status', () => {
    const check = { report: join(tmpdir(), 'no-such-report.json'), count: countVitest }
    expect(countResults(check, 0).failed).toBe(1)
  })

  it('sees a test file that could not be loaded', () => {
    const report = {
      numPassedTests: 3,
      numFailedTests: 0,
      numPendingTests: 1,
      numTodoTests: 0,
      testResults: [{ status: 'failed', assertionResults: [] }],
    }
    expect(countVitest(report)).toEqual({ passed: 3, failed: 1, skipped: 1 })
  })

  it('does not let a run pass that failed outside of its tests', () => {
    const report = join(mkdtempSync(join(tmpdir(), 'riverglass-checks-')), 'r.json')
    const stats = { expected: 2, unexpected: 0, flaky: 0, skipped: 0 }
    writeFileSync(report, JSON.stringify({ stats, errors: [] }))
    const check = { report, count: countPlaywright }
    expect(countResults(check, 0)).toEqual({ passed: 2, failed: 0, skipped: 0 })
    expect(countResults(check, 1).failed).toBe(1)
  })

  it('ends in one line', () => {
    expect(closingLine({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed')
    expect(closingLine({ passed: 1, failed: 2, skipped: 3 })).toBe('1 passed, 2 failed, 3 skipped')
  })
})

describe('what is up to date', () => {
  it('depends on names and contents of the files alone', () => {
    const folder = mkdtempSync(join(tmpdir(), 'riverglass-hash-'))
    const hash = () => hashFiles(folder, listFiles(folder, ['.']))
    writeFileSync(join(folder, 'a'), 'one')
    const before = hash()
    writeFileSync(join(folder, 'a'), 'two')
    expect(hash()).not.toBe(before)
    writeFileSync(join(folder, 'a'), 'one')
    expect(hash()).toBe(before)
    writeFileSync(join(folder, 'b'), '')
    expect(hash()).not.toBe(before)
  })

  it('is built by one at a time, and a lock left behind by a dead process counts for nothing', async () => {
    const lock = join(mkdtempSync(join(tmpdir(), 'riverglass-lock-')), 'lock')
    writeFileSync(lock, '999999999')
    let inside = 0
    const work = async () => {
      inside++
      expect(inside).toBe(1)
      await new Promise(setImmediate)
      inside--
      return true
    }
    const wait = () => undefined
    const done = await Promise.all([withLock(lock, wait, work), withLock(lock, wait, work)])
    expect(done).toEqual([true, true])
  })
})

it('versions of Node are compared by number', () => {
  expect(isAtLeast('20.20.0', '20.20')).toBe(true)
  expect(isAtLeast('22.0.0', '20.20')).toBe(true)
  expect(isAtLeast('20.9.1', '20.20')).toBe(false)
  expect(isAtLeast('18.99.0', '20.20')).toBe(false)
})
