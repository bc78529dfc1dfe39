import type { Ports } from '#lib/local/local-env.ts'

/** Not the usual ports, so that the tests run beside `npm start`. `E2E_PORTS_FROM` moves all of them. */
const FIRST = Number(process.env.E2E_PORTS_FROM ?? 18_788)

export const TEST_PORTS: Ports = { web: FIRST, s3: FIRST + 1, runpod: FIRST + 2, stripe: FIRST + 3, mail: FIRST + 4 }
