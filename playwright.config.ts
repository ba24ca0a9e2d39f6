// The browser journeys, each in both themes. They run against dist/, so build first; `npm run e2e`
// does, and finds the browser. One after the other: a machine with two cores is busy with one
// browser, three brokers and a console.

import { defineConfig } from '@playwright/test'

const executablePath = process.env.RIVERGLASS_CHROMIUM
const onOtherCluster = process.env.RIVERGLASS_E2E_BOOTSTRAP !== undefined

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  forbidOnly: process.env.CI !== undefined,
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  use: {
    viewport: { width: 1280, height: 800 },
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
    launchOptions: executablePath === undefined ? {} : { executablePath },
  },
  projects: [
    // Without a browser: the program as it is started, stopped, refused, packed.
    { name: 'process', testMatch: 'process/*.spec.ts', grep: onOtherCluster ? /^$/ : /./ },
    { name: 'light', testIgnore: 'process/**', use: { colorScheme: 'light' } },
    { name: 'dark', testIgnore: 'process/**', use: { colorScheme: 'dark' } },
  ],
})
