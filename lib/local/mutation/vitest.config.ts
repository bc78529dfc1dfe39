import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** The tests that mutants are run against: pure ones, without a database. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, '..', '..', '..'),
    include: ['lib/core/{ledger,pricing,jobs}/**/*.test.ts', 'lib/core/money.test.ts'],
    exclude: ['lib/core/ledger/constraints.test.ts'],
    pool: 'threads',
  },
})
