import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it, vi } from 'vitest'
import { chooseProvider, tryProviders } from './choose-provider.ts'
import { proveProvider } from './prove-provider.ts'

const NETWORK = fileURLToPath(new URL('../models/reelsr/reelsr-fast-x2-clean.onnx', import.meta.url))
const REQUEST = { network: NETWORK, runtime: 'node', provider: 'cpu' } as const

it('takes the first device that works, says why others were left, and prefers the C API', async () => {
  const { provider, runtime, reports } = await chooseProvider({ order: ['cuda', 'cpu'] })
  expect([provider, runtime]).toEqual(['cpu', 'c-api'])
  expect(reports.map((report) => [report.provider, report.ok])).toEqual([
    ['cuda', false],
    ['cpu', true],
  ])
  expect(reports[0]?.detail).toMatch(/not installed|no NVIDIA device/)
  expect(reports[1]?.proof?.maxDifference).toBe(0)
})

it('falls back to the plain package when the C API is not to be used', async () => {
  expect(await chooseProvider({ order: ['cpu'], runtimes: ['node'] })).toMatchObject({
    provider: 'cpu',
    runtime: 'node',
  })
})

it('gives up on a device that hangs, and says when none is left', async () => {
  const reports = []
  for await (const report of tryProviders({ order: ['cpu'], runtimes: ['node'], timeoutMs: 1 })) reports.push(report)
  expect(reports).toMatchObject([{ ok: false, detail: 'the self-test took more than 0.001 s' }])
  await expect(chooseProvider({ order: ['cpu'], timeoutMs: 1 })).rejects.toThrow(
    /no inference provider works: cpu \(c-api\)/,
  )
})

it('survives a self-test that cannot read its network, and one that is killed', async () => {
  await expect(proveProvider({ ...REQUEST, network: '/no/such.onnx' }, 30_000)).rejects.toThrow(/ENOENT/)
  const killed = proveProvider(REQUEST, 30_000).catch((error: unknown) => error)
  const child = await vi.waitFor(() => {
    const [pid] = childrenRunning('prove-process')
    if (pid === undefined) throw new Error('it has not started yet')
    return pid
  })
  process.kill(child, 'SIGKILL')
  expect(await killed).toMatchObject({ message: 'the self-test ended with SIGKILL' })
})

/** Children of this process whose command line contains a word. Linux. */
function childrenRunning(word: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1]
      const isOurs = Number(parent) === process.pid && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(word)
      return isOurs ? [Number(name)] : []
    } catch {
      return []
    }
  })
}
