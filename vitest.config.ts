import { defineConfig } from 'vitest/config'

// `vitest run` is what `npm test` runs; `--mode deep` (npm run test:deep) runs the longer suites instead.
export default defineConfig(({ mode }) => {
  const deep = mode === 'deep'
  return {
    test: {
      include: deep
        ? ['{app,lib,db,gpu}/**/*.deep.ts']
        : ['app/**/*.test.{ts,tsx}', 'lib/**/*.test.ts', 'db/**/*.test.ts', 'gpu/**/*.test.ts'],
      testTimeout: deep ? 600_000 : 60_000,
      hookTimeout: deep ? 600_000 : 60_000,
      // A second is enough on an idle machine only; what does not come still fails.
      expect: { poll: { timeout: 15_000 } },
      // Two cores: more forks than that only take turns, and inference tests are threads of their own.
      maxWorkers: deep ? 1 : 2,
      pool: 'forks',
    },
  }
})
