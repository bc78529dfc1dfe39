import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { readConfig } from '#gpu/config.ts'
import { openBackend } from '#gpu/inference/open-backend.ts'
import { withWorkDir } from '#gpu/jobs/work-dir.ts'
import { batchBytes } from '#gpu/media/frames.ts'
import { runPipeline } from '#gpu/media/pipeline.ts'
import type { TaskContext } from '#gpu/tasks/task-handler.ts'
import { planUpscale, type UpscalePlan } from '#gpu/tasks/upscale-plan.ts'
import { networkPlan, openUpscaleDecoder, openUpscaleEncoder } from '#gpu/tasks/upscale-render.ts'
import { UpscaleParams } from '#lib/contracts/tasks/upscale.ts'
import { naiveLoop } from './naive-loop.ts'
import { peakMemoryMib } from './peak-memory.ts'

const PARAMS = UpscaleParams.parse({ model: 'reelsr-fast', scale: 2, quality: 'high' })
const CLIP = { width: 640, height: 360, fps: 30 } as const
const GOALS = { pipelineShare: 0.9, pipelineSpeedup: 1.5, memoryGrowth: 1.1 } as const

interface Round {
  readonly pipelineFps: number
  readonly inferenceFps: number
  readonly naiveFps: number
}

/** A generated video with motion, fine detail, a camera's noise and sound. */
async function makeClip(
  path: string,
  seconds: number,
  size: { width: number; height: number; fps: number },
): Promise<void> {
  const video = `testsrc2=s=${size.width}x${size.height}:r=${size.fps}:d=${seconds},noise=alls=6:allf=t`
  await promisify(execFile)('ffmpeg', [
    '-hide_banner',
    '-nostdin',
    '-loglevel',
    'error',
    '-y',
    '-f',
    'lavfi',
    '-i',
    video,
    '-f',
    'lavfi',
    '-i',
    `sine=frequency=440:duration=${seconds}`,
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-crf',
    '20',
    '-pix_fmt',
    'yuv420p',
    '-c:a',
    'aac',
    '-f',
    'mp4',
    path,
  ])
}

async function timePipeline(plan: UpscalePlan, context: TaskContext): Promise<number> {
  const network = await context.backend.open(networkPlan(plan, context.config.tilePixels))
  const decoder = await openUpscaleDecoder(plan, context)
  const output = join(context.workDir, 'pipeline.mp4')
  const encoder = await openUpscaleEncoder(plan, PARAMS, context, network.output, output)
  try {
    const started = performance.now()
    const frames = await runPipeline({ decoder, network, encoder, input: plan.layout, onBatch: () => undefined })
    return frames / ((performance.now() - started) / 1000)
  } finally {
    await Promise.all([decoder.close(), encoder.close(), network.close()])
  }
}

/** The same batches, decoded beforehand, through the same network and nothing else. */
async function timeInference(plan: UpscalePlan, context: TaskContext): Promise<number> {
  const decoder = await openUpscaleDecoder(plan, context)
  const batches: { buffer: ArrayBuffer; frames: number }[] = []
  try {
    for (;;) {
      const batch = await decoder.fill(new ArrayBuffer(batchBytes(plan.layout)))
      if (batch.frames > 0) batches.push(batch)
      if (batch.frames < plan.layout.batch) break
    }
  } finally {
    await decoder.close()
  }
  const network = await context.backend.open(networkPlan(plan, context.config.tilePixels))
  try {
    let output = new ArrayBuffer(batchBytes(network.output))
    let frames = 0
    const started = performance.now()
    for (const batch of batches) {
      output = (await network.run(batch.buffer, output, batch.frames)).output
      frames += batch.frames
    }
    return frames / ((performance.now() - started) / 1000)
  } finally {
    await network.close()
  }
}

async function timeNaive(plan: UpscalePlan, context: TaskContext): Promise<number> {
  const layout = { ...plan.layout, batch: 1 }
  const network = await context.backend.open({ ...networkPlan(plan, context.config.tilePixels), layout })
  try {
    // Steady from its first frame on: a part of the clip is enough.
    const { frames, seconds } = await naiveLoop({
      maxFrames: 150,
      probe: plan.probe,
      layout,
      network,
      threads: context.config.encodeThreads,
    })
    return frames / seconds
  } finally {
    await network.close()
  }
}

async function memory(workDir: string, seconds: number): Promise<number> {
  const input = join(workDir, `memory-${seconds}.mp4`)
  await makeClip(input, seconds, { width: 320, height: 180, fps: 30 })
  const cli = decodeURIComponent(new URL('../cli.ts', import.meta.url).pathname)
  const params = JSON.stringify({ model: 'reelsr-fast', scale: 2, quality: 'low' })
  return peakMemoryMib(process.execPath, [
    cli,
    'upscale',
    '--input',
    input,
    '--output',
    `${input}.out.mp4`,
    '--params',
    params,
  ])
}

const best = (rounds: readonly Round[], key: keyof Round): number => Math.max(...rounds.map((round) => round[key]))

async function measure(workDir: string, options: { seconds: number; rounds: number; memory: boolean }) {
  const config = readConfig()
  const { backend } = await openBackend(config)
  const inputPath = join(workDir, 'clip.mp4')
  await makeClip(inputPath, options.seconds, CLIP)
  const context: TaskContext = {
    inputPath,
    tracksPath: undefined,
    workDir,
    config,
    backend,
    wanted: new Set(),
    quoted: undefined,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    onLiveFrame: () => undefined,
  }
  const plan = await planUpscale(PARAMS, context)
  const rounds: Round[] = []
  for (let round = 0; round < options.rounds; round++) {
    rounds.push({
      inferenceFps: await timeInference(plan, context),
      pipelineFps: await timePipeline(plan, context),
      naiveFps: await timeNaive(plan, context),
    })
  }
  const memoryMib = options.memory
    ? { tenSeconds: await memory(workDir, 10), sixtySeconds: await memory(workDir, 60) }
    : null
  const [pipelineFps, inferenceFps, naiveFps] = [
    best(rounds, 'pipelineFps'),
    best(rounds, 'inferenceFps'),
    best(rounds, 'naiveFps'),
  ]
  const { inferenceThreads, encodeThreads } = config
  return {
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      provider: backend.provider,
      inferenceThreads,
      encodeThreads,
    },
    task: { ...PARAMS, input: { ...CLIP, seconds: options.seconds }, batch: plan.layout.batch, encoder: plan.encoder },
    pipelineFps,
    inferenceFps,
    naiveFps,
    pipelineShare: pipelineFps / inferenceFps,
    pipelineSpeedup: pipelineFps / naiveFps,
    memoryMib,
    memoryGrowth: memoryMib && memoryMib.sixtySeconds / memoryMib.tenSeconds,
    goals: GOALS,
    rounds,
  }
}

type Report = Awaited<ReturnType<typeof measure>>

function rowsOf(report: Report): [string, string][] {
  const rows: [string, string][] = [
    ['pipeline', `${report.pipelineFps.toFixed(2)} frames/s`],
    ['inference alone, same batches', `${report.inferenceFps.toFixed(2)} frames/s`],
    ['one frame at a time, in turn', `${report.naiveFps.toFixed(2)} frames/s`],
    [`pipeline ÷ inference (≥ ${GOALS.pipelineShare})`, report.pipelineShare.toFixed(3)],
    [`pipeline ÷ in turn (≥ ${GOALS.pipelineSpeedup})`, report.pipelineSpeedup.toFixed(2)],
  ]
  if (report.memoryMib && report.memoryGrowth) {
    const { tenSeconds, sixtySeconds } = report.memoryMib
    rows.push(['peak memory, 10 s and 60 s', `${tenSeconds.toFixed(0)} and ${sixtySeconds.toFixed(0)} MiB`])
    rows.push([`growth (≤ ${GOALS.memoryGrowth})`, report.memoryGrowth.toFixed(3)])
  }
  return rows
}

/** The page beside the JSON: what was measured, on what, and the table. */
function pageOf(report: Report): string {
  const { machine, task } = report
  const lines = rowsOf(report).map(([name, value]) => `| ${name} | ${value} |`)
  return `# The worker's speed and memory

Written by \`npm run bench -- gpu\`: ${task.model} ×${task.scale} on ${task.input.width} × ${task.input.height}, batches of ${task.batch}, ${task.encoder}, in one run on
${machine.cores} × ${machine.cpu} (${machine.provider}, ${machine.inferenceThreads} thread for the network, ${machine.encodeThreads} for the encoder). Each speed is the best of ${report.rounds.length} rounds, taken
before the ratios. The ratios compare between machines when they are idle, the frames per second do not.

| | |
| --- | ---: |
${lines.join('\n')}
`
}

/** Ends with 1 when a goal is missed. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      seconds: { type: 'string', default: '20' },
      rounds: { type: 'string', default: '2' },
      memory: { type: 'boolean', default: true },
    },
    allowNegative: true,
  })
  const options = { seconds: Number(values.seconds), rounds: Number(values.rounds), memory: values.memory }
  const report = await withWorkDir(undefined, (workDir) => measure(workDir, options))
  for (const [name, value] of rowsOf(report)) console.log(`${name.padEnd(36)} ${value}`)
  if (values.out !== undefined) {
    await writeFile(values.out, `${JSON.stringify(report, null, 2)}\n`)
    await writeFile(values.out.replace(/\.json$/, '.md'), pageOf(report))
  }
  const met =
    report.pipelineShare >= GOALS.pipelineShare &&
    report.pipelineSpeedup >= GOALS.pipelineSpeedup &&
    (report.memoryGrowth ?? 0) <= GOALS.memoryGrowth
  if (!met) process.exitCode = 1
}

await main()
