import { writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ffmpegVersion, graphicsCard } from '#gpu/cli/machine.ts'
import { readConfig } from '#gpu/config.ts'
import { chooseProvider } from '#gpu/inference/choose-provider.ts'
import { withWorkDir } from '#gpu/jobs/work-dir.ts'
import { measureAssociation } from './association.ts'
import { CASES } from './cases.ts'
import { CLIPS, type ClipName, makeClip, makeTracks } from './clips.ts'
import { caseInProcess } from './in-process.ts'
import { memoryGrowth, naiveFps } from './measure-upscale.ts'
import { type BenchReport, type CaseReport, isGood, type Machine, pageOf, tableOf } from './report.ts'

interface BenchOptions {
  readonly names: readonly string[]
  readonly seconds: number
  readonly rounds: number
  readonly memory: boolean
}

async function describeMachine(): Promise<Machine> {
  const config = readConfig()
  const { providers: order, runtimes, cudaOptions, selfTestMs: timeoutMs } = config
  const { provider, runtime } = await chooseProvider({ order, runtimes, cudaOptions, timeoutMs })
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryMib: Math.round(totalmem() / 2 ** 20),
    gpu: await graphicsCard(),
    node: process.versions.node,
    ffmpeg: (await ffmpegVersion()).version,
    ...{ provider, runtime },
    inferenceThreads: config.inferenceThreads,
    encodeThreads: config.encodeThreads,
  }
}

async function measure(workDir: string, { names, seconds, rounds, memory }: BenchOptions): Promise<BenchReport> {
  const machine = await describeMachine()
  const pathOf = (clip: ClipName) => join(workDir, `${clip}.mp4`)
  const tracksOf = (clip: ClipName) => join(workDir, `${clip}-tracks.json`)
  for (const [name, shape] of Object.entries(CLIPS)) {
    await makeClip(pathOf(name as ClipName), seconds, shape)
    await makeTracks(tracksOf(name as ClipName), seconds, shape)
  }
  const cases: CaseReport[] = []
  let upscale: BenchReport['upscale'] = null
  for (const [name, { clip, tracks }] of Object.entries(CASES)) {
    if (!names.includes(name)) continue
    console.error(`${name} …`)
    const { width, height, fps } = CLIPS[clip]
    const tracksPath = tracks ? tracksOf(clip) : undefined
    const measured = await caseInProcess({ name, inputPath: pathOf(clip), tracksPath, rounds })
    cases.push({ name, clip: `${width} × ${height}, ${fps}/s`, ...measured })
    if (name !== 'upscale') continue
    const naive = Math.max(await naiveFps(pathOf(clip), workDir), await naiveFps(pathOf(clip), workDir))
    const speedup = measured.frames / measured.workSeconds / naive
    upscale = { naiveFps: naive, speedup, memory: memory ? await memoryGrowth(workDir) : null }
  }
  const association = names.includes('association') ? measureAssociation(rounds) : null
  return { machine, clipSeconds: seconds, rounds, cases, upscale, association }
}

/** `npm run bench -- gpu [CASE …]`. Ends with 1 when a must is missed. */
async function main(): Promise<void> {
  const known = [...Object.keys(CASES), 'association']
  const { values, positionals } = parseArgs({
    options: {
      out: { type: 'string' },
      seconds: { type: 'string', default: '20' },
      rounds: { type: 'string', default: '2' },
      memory: { type: 'boolean', default: true },
    },
    allowNegative: true,
    allowPositionals: true,
  })
  const unknown = positionals.find((name) => !known.includes(name))
  if (unknown !== undefined) throw new Error(`There is no case "${unknown}": ${known.join(', ')}.`)
  const names = positionals.length > 0 ? positionals : known
  const options = { names, seconds: Number(values.seconds), rounds: Number(values.rounds), memory: values.memory }
  const report = await withWorkDir(undefined, (workDir) => measure(workDir, options))
  for (const line of tableOf(report)) console.log(line)
  // A part of the table would overwrite the whole.
  if (values.out !== undefined && positionals.length === 0) {
    await writeFile(values.out, `${JSON.stringify(report, null, 2)}\n`)
    await writeFile(values.out.replace(/\.json$/, '.md'), pageOf(report))
  }
  if (!isGood(report)) process.exitCode = 1
}

await main()
