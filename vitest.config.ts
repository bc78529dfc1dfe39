import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['app/**/*.test.{ts,tsx}', 'lib/**/*.test.ts', 'db/**/*.test.ts', 'gpu/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores: more forks than that only take turns, and inference tests are threads of their own.
    maxWorkers: 2,
    pool: 'forks',
  },
})
