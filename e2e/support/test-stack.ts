import type { Ports } from '#lib/local/local-env.ts'

/** Not the usual ports, so that the tests run beside `npm start`. `E2E_PORTS_FROM` moves all of them. */
const FIRST = Number(process.env.E2E_PORTS_FROM ?? 18_788)

function portsFrom(first: number): Ports {
  return { web: first, s3: first + 1, runpod: first + 2, stripe: first + 3, mail: first + 4 }
}

export const TEST_PORTS = portsFrom(FIRST)

/** Ports of a stack beside that one: each test file that needs its own takes another number from 1. */
export const ownPorts = (stack: number): Ports => portsFrom(FIRST + 10 * stack)
