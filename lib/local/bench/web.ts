import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Ports } from '#lib/local/local-env.ts'
import { makeClip } from '#lib/local/test-clips.ts'
import { startAll } from '#lib/local/up.ts'
import { quantile } from './quantiles.ts'
import { CLIP, EMPTY, type Filmer, newFilmer, RESULT, type RequestKind, requestKinds } from './web-requests.ts'

const PORTS: Ports = { web: 18_860, s3: 18_861, runpod: 18_862, stripe: 18_863, mail: 18_864 }
const RESULTS = join(import.meta.dirname, '..', '..', '..', 'docs', 'benchmarks')
const WARM_UP_ROUNDS = 20
const ROUNDS = 200
const VISITORS = 16
const BURSTS = 12

interface Measured {
  name: string
  samples: number
  p50Ms: number
  p99Ms: number
  /** Requests answered in a second of being asked. */
  perSecond: number
  /** Against the empty route in the same run. */
  p50Ratio: number
  p99Ratio: number
  perSecondRatio: number
}

class Samples {
  readonly name: string
  readonly timesMs: number[] = []
  elapsedMs = 0

  constructor(kind: RequestKind) {
    this.name = kind.name
  }

  async time(send: () => Promise<unknown>): Promise<void> {
    const startedMs = performance.now()
    await send()
    this.timesMs.push(performance.now() - startedMs)
  }
}

/** A round makes one request of every kind in turn, so that whatever else the machine does meets all alike. */
async function measureAlone(kinds: readonly RequestKind[], filmer: Filmer): Promise<Measured[]> {
  const all = kinds.map((kind) => ({ kind, samples: new Samples(kind) }))
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (const { kind, samples } of all) {
      const send = await kind.prepare(filmer)
      if (round < 0) await send()
      else await samples.time(send)
    }
  }
  for (const { samples } of all) samples.elapsedMs = samples.timesMs.reduce((sum, ms) => sum + ms, 0)
  return compare(all.map(({ samples }) => samples))
}

/** In each burst every visitor sends one request at the same moment. Bursts of each kind take turns. */
async function measureTogether(kinds: readonly RequestKind[], filmers: readonly Filmer[]): Promise<Measured[]> {
  const all = kinds.map((kind) => ({ kind, samples: new Samples(kind) }))
  for (let burst = -1; burst < BURSTS; burst++) {
    for (const { kind, samples } of all) {
      const sends = await Promise.all(filmers.map((filmer) => kind.prepare(filmer)))
      const startedMs = performance.now()
      await Promise.all(sends.map((send) => (burst < 0 ? send() : samples.time(send))))
      if (burst >= 0) samples.elapsedMs += performance.now() - startedMs
    }
  }
  return compare(all.map(({ samples }) => samples))
}

function compare(all: readonly Samples[]): Measured[] {
  const figures = all.map(({ name, timesMs, elapsedMs }) => ({
    name,
    samples: timesMs.length,
    p50Ms: quantile(timesMs, 0.5),
    p99Ms: quantile(timesMs, 0.99),
    perSecond: (timesMs.length * 1000) / elapsedMs,
  }))
  const empty = figures.find(({ name }) => name === EMPTY)
  if (!empty) throw new Error('The empty route was not measured.')
  return figures.map((figure) => ({
    ...figure,
    p50Ratio: figure.p50Ms / empty.p50Ms,
    p99Ratio: figure.p99Ms / empty.p99Ms,
    perSecondRatio: figure.perSecond / empty.perSecond,
  }))
}

function table(results: readonly Measured[]): string {
  const rows = results.map(({ name, ...figures }) => {
    const { p50Ms, p99Ms, perSecond, p50Ratio, p99Ratio, perSecondRatio } = figures
    const cells = [p50Ms.toFixed(1), p99Ms.toFixed(1), perSecond.toFixed(0)]
    const ratios = [p50Ratio.toFixed(2), p99Ratio.toFixed(2), perSecondRatio.toFixed(3)]
    return `| ${[name, ...cells, ...ratios].join(' | ')} |`
  })
  return `| request | p50 ms | p99 ms | requests/s | p50 ratio | p99 ratio | requests/s ratio |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
${rows.join('\n')}`
}

function toMarkdown(alone: readonly Measured[], together: readonly Measured[], machine: string): string {
  return `# The app's latencies

Written by \`npm run bench -- web\`: the production build under workerd with a local D1 and the local stand-ins. The ratios are to the empty
route of the same run: they compare between machines, the milliseconds do not. Measured on: ${machine}.

## One request at a time

${ROUNDS} rounds of all requests in turn, by one signed-in user.

${table(alone)}

## ${VISITORS} visitors at once

All send at the same moment, ${BURSTS} times; bursts of each kind take turns. The stand-ins share the cores with the app.

${table(together)}
`
}

/** Starts a stack of its own, measures, and writes docs/benchmarks/web.{json,md}. */
export async function benchWeb(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-web-'))
  const limited = ['top_up.user', 'top_up.ip', 'quote.user', 'write.user', 'write.ip', 'read.user', 'read.ip']
  const stack = await startAll({
    ...{ ports: PORTS, dir, worker: false, report: (line) => console.log(`  ${line}`) },
    env: { RATE_LIMITS: limited.map((name) => `${name}=1000000/3600`).join() },
  })
  try {
    const clips = { source: await makeClip('mp4', CLIP), result: await makeClip('mp4', RESULT) }
    const filmers: Filmer[] = []
    while (filmers.length < VISITORS) filmers.push(await newFilmer(stack, clips))
    const [first] = filmers
    if (!first) throw new Error('There is nobody to measure with.')
    await fetch(`${stack.urls.stripe}/_local/deliveries`, { method: 'POST', body: JSON.stringify({ hold: true }) })
    const kinds = requestKinds(stack, clips)
    const alone = await measureAlone(kinds, first)
    const together = await measureTogether(
      kinds.filter((kind) => kind.crowded),
      filmers,
    )
    const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`
    const text = toMarkdown(alone, together, machine)
    const json = { machine, rounds: ROUNDS, visitors: VISITORS, alone, together }
    await mkdir(RESULTS, { recursive: true })
    await writeFile(join(RESULTS, 'web.json'), `${JSON.stringify(json, null, 2)}\n`)
    await writeFile(join(RESULTS, 'web.md'), text)
    console.log(text)
  } finally {
    await stack.stop()
    await rm(dir, { recursive: true, force: true })
  }
}

if (import.meta.main) await benchWeb()
