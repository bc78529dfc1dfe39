import { defineConfig } from '@playwright/test'
import { TEST_PORTS } from './e2e/support/test-stack.ts'

const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Browser tests against the production build under workerd, with the whole cloud beside it (e2e/support/global-setup.ts). */
export default defineConfig({
  testDir: 'e2e',
  outputDir: '.local/test-results',
  globalSetup: './e2e/support/global-setup.ts',
  // One stack, one worker: the tests share its ports, its GPU worker and two cores.
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['json', { outputFile: process.env.E2E_REPORT ?? '.local/test-results.json' }]],
  use: {
    baseURL: process.env.E2E_WEB ?? `http://localhost:${TEST_PORTS.web}`,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', args: CHROMIUM_ARGS },
  },
})
