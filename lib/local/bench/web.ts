import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { AcceptQuote, CreateQuote, QuoteView } from '#lib/contracts/api/jobs.ts'
import type { Ports } from '#lib/local/local-env.ts'
import { makeClip } from '#lib/local/test-clips.ts'
import { startAll } from '#lib/local/up.ts'
import { quantile } from './quantiles.ts'
import { newVisitor, type Visitor } from './visitor.ts'

const PORTS: Ports = { web: 18_860, s3: 18_861, runpod: 18_862, stripe: 18_863, mail: 18_864 }
const RESULTS = join(import.meta.dirname, '..', '..', '..', 'docs', 'benchmarks')
const WARM_UP_ROUNDS = 20
const ROUNDS = 200
/** Answers with a constant: what the network, workerd, the router and the middleware cost. */
const EMPTY = 'empty route'

interface Measured {
  name: string
  samples: number
  p50Ms: number
  p99Ms: number
  /** Against the empty route in the same run. */
  p50Ratio: number
  p99Ratio: number
}

/** One request of each kind. A round makes them all in turn, so that whatever else the machine does meets all alike. */
function makeRequests(visitor: Visitor) {
  const { ask } = visitor
  const quote = CreateQuote.parse({
    asset_id: visitor.assetId,
    task: 'upscale',
    params: { model: 'reelsr-fast', scale: 2 },
  })
  let quoteId = ''
  return [
    { name: EMPTY, send: () => ask('GET', '/api/health') },
    { name: 'page, stored (`/`)', send: () => ask('GET', '/') },
    { name: 'page, per request (`/wallet`)', send: () => ask('GET', '/wallet') },
    { name: 'wallet (`GET /api/wallet`)', send: () => ask('GET', '/api/wallet') },
    {
      name: 'quote (`POST /api/quotes`)',
      send: async () => {
        quoteId = QuoteView.parse(JSON.parse(await ask('POST', '/api/quotes', quote))).quote_id
      },
    },
    {
      name: 'debit (`POST /api/debit`: hold, job, dispatch)',
      send: () => ask('POST', '/api/debit', AcceptQuote.parse({ quote_id: quoteId })),
    },
  ]
}

async function measure(visitor: Visitor): Promise<Measured[]> {
  const requests = makeRequests(visitor).map((request) => ({ ...request, samples: [] as number[] }))
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (const request of requests) {
      const startedMs = performance.now()
      await request.send()
      if (round >= 0) request.samples.push(performance.now() - startedMs)
    }
  }
  const empty = requests.find(({ name }) => name === EMPTY)?.samples ?? []
  return requests.map(({ name, samples }) => {
    const [p50Ms, p99Ms] = [quantile(samples, 0.5), quantile(samples, 0.99)]
    const [p50Ratio, p99Ratio] = [p50Ms / quantile(empty, 0.5), p99Ms / quantile(empty, 0.99)]
    return { name, samples: samples.length, p50Ms, p99Ms, p50Ratio, p99Ratio }
  })
}

function toMarkdown(results: readonly Measured[], machine: string): string {
  const rows = results.map(
    ({ name, p50Ms, p99Ms, p50Ratio, p99Ratio }) =>
      `| ${name} | ${p50Ms.toFixed(1)} | ${p99Ms.toFixed(1)} | ${p50Ratio.toFixed(2)} | ${p99Ratio.toFixed(2)} |`,
  )
  return `# The app's latencies

Written by \`npm run bench -- web\`: the production build under workerd with a local D1 and the local stand-ins, ${ROUNDS} rounds of all
requests in turn, one at a time, by one signed-in user. The ratios are to the empty route (\`/api/health\`) of the same run: they compare
between machines, the milliseconds do not. Measured on: ${machine}.

| request | p50 ms | p99 ms | p50 ratio | p99 ratio |
| --- | ---: | ---: | ---: | ---: |
${rows.join('\n')}
`
}

/** Starts a stack of its own, measures, and writes docs/benchmarks/web.{json,md}. */
export async function benchWeb(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-web-'))
  const stack = await startAll({ ports: PORTS, dir, worker: false, report: (line) => console.log(`  ${line}`) })
  try {
    const results = await measure(await newVisitor(stack.urls, await makeClip('mp4', { seconds: 2 })))
    const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`
    const text = toMarkdown(results, machine)
    await mkdir(RESULTS, { recursive: true })
    await writeFile(join(RESULTS, 'web.json'), `${JSON.stringify({ machine, rounds: ROUNDS, results }, null, 2)}\n`)
    await writeFile(join(RESULTS, 'web.md'), text)
    console.log(text)
  } finally {
    await stack.stop()
    await rm(dir, { recursive: true, force: true })
  }
}

if (import.meta.main) await benchWeb()
