// The checks that `npm test` is made of: how each is run and how its results are counted.
//
// Tools that check the whole at once (format, lint, types) count as one. Where a report is
// missing, the tool broke down before it could write one, which counts as one failure.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.js'

const reports = join(root, '.cache/reports')
const bin = (path) => join(root, 'node_modules', path)
const colours = process.stdout.isTTY ? [] : ['--colors=off']
const vitest = bin('vitest/vitest.mjs')

function vitestCheck(name, projects, env = {}) {
  const report = join(reports, `${name}.json`)
  return {
    name,
    needs: 'build',
    args: [
      vitest,
      'run',
      ...projects.flatMap((project) => ['--project', project]),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    env,
    report,
    count: countVitest,
  }
}

export const checks = [
  {
    name: 'format',
    args: [bin('@biomejs/biome/bin/biome'), 'ci', '--error-on-warnings', ...colours, '.'],
  },
  { name: 'lint', args: [bin('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings'] },
  { name: 'types', args: [bin('typescript/bin/tsc'), '--noEmit'] },
  vitestCheck('unit', ['node', 'components']),
  vitestCheck('conformance', ['conformance']),
  // The same clients against Apache Kafka too, which takes minutes: only when asked for by name.
  {
    ...vitestCheck('conformance-kafka', ['conformance'], { CONFORMANCE: 'riverglass,kafka' }),
    onlyByName: true,
  },
  {
    name: 'journeys',
    needs: 'browser',
    args: [bin('@playwright/test/cli.js'), 'test', '--reporter=list,json'],
    report: join(reports, 'journeys.json'),
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: join(reports, 'journeys.json') },
    count: countPlaywright,
  },
]

/** @returns {{passed: number, failed: number, skipped: number}} */
export function countResults(check, status) {
  if (check.report === undefined) {
    return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 }
  }
  if (!existsSync(check.report)) return { passed: 0, failed: 1, skipped: 0 }
  const counts = check.count(JSON.parse(readFileSync(check.report, 'utf8')))
  // An error outside of every test fails the run without failing a test.
  if (status !== 0 && counts.failed === 0) counts.failed = 1
  return counts
}

export function countVitest(report) {
  // A file that cannot be loaded has no tests that could fail.
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

export function countPlaywright({ stats, errors }) {
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: stats.skipped,
  }
}

export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
