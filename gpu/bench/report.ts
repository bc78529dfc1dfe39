import type { Mark } from './cases.ts'
import { CASES } from './cases.ts'
import type { CaseMeasure } from './measure-case.ts'

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryMib: number
  readonly gpu: string | null
  readonly node: string
  readonly ffmpeg: string
  readonly provider: string
  readonly runtime: string
  readonly inferenceThreads: number
  readonly encodeThreads: number
}

export interface CaseReport extends CaseMeasure {
  readonly name: string
  readonly clip: string
}

export interface BenchReport {
  readonly machine: Machine
  readonly clipSeconds: number
  readonly rounds: number
  readonly cases: readonly CaseReport[]
  readonly upscale: {
    readonly naiveFps: number
    readonly speedup: number
    readonly memory: { readonly shortMib: number; readonly longMib: number } | null
  } | null
  readonly association: { readonly objects: number; readonly framesPerSecond: number } | null
}

const SPEEDUP: Mark = { must: 1.5, goal: 2 }
const ASSOCIATION: Mark = { must: 3000, goal: 5000 }
const MEMORY_GROWTH = 1.1

export const perInference = (measure: CaseMeasure): number | undefined =>
  measure.inferenceSeconds > 0 ? measure.inferenceSeconds / measure.workSeconds : undefined
export const perPlain = (measure: CaseMeasure): number => measure.plainSeconds / measure.workSeconds

export interface Verdict {
  readonly what: string
  readonly value: number
  readonly mark: Mark
}

/** Every ratio that has a mark. */
export function verdictsOf({ cases, upscale, association }: BenchReport): Verdict[] {
  const ratios = cases.flatMap((measure) => {
    const bench = CASES[measure.name]
    const inference = perInference(measure)
    return [
      ...(bench?.perInference && inference !== undefined
        ? [{ what: `${measure.name} ÷ its inference alone`, value: inference, mark: bench.perInference }]
        : []),
      ...(bench?.perPlain
        ? [{ what: `${measure.name} ÷ plain ffmpeg`, value: perPlain(measure), mark: bench.perPlain }]
        : []),
    ]
  })
  return [
    ...ratios,
    ...(upscale ? [{ what: 'upscale ÷ one frame at a time', value: upscale.speedup, mark: SPEEDUP }] : []),
    ...(association
      ? [
          {
            what: `association, ${association.objects} objects, frames/s`,
            value: association.framesPerSecond,
            mark: ASSOCIATION,
          },
        ]
      : []),
  ]
}

/** Whether every must is reached and memory does not grow with the video's length. */
export function isGood(report: BenchReport): boolean {
  const memory = report.upscale?.memory
  const flat = !memory || memory.longMib <= MEMORY_GROWTH * memory.shortMib
  return flat && verdictsOf(report).every(({ value, mark }) => value >= mark.must)
}

const number = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)

function caseRow(measure: CaseReport): string[] {
  const inference = perInference(measure)
  return [
    measure.name,
    measure.clip,
    number(measure.frames / measure.seconds),
    number(measure.cpuMsPerFrame),
    measure.peakMib.toFixed(0),
    inference === undefined ? '' : inference.toFixed(3),
    perPlain(measure).toFixed(3),
    [measure.model, measure.encoder].filter(Boolean).join(', '),
  ]
}

const HEAD = ['task', 'video', 'frames/s', 'CPU ms/frame', 'peak MiB', '÷ inference', '÷ ffmpeg', 'with']

/** Rows of columns, for the terminal. */
export function tableOf(report: BenchReport): string[] {
  const rows = [HEAD, ...report.cases.map(caseRow)]
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return [...lines, '', ...markLines(report)]
}

function markLines(report: BenchReport): string[] {
  const lines = verdictsOf(report).map(({ what, value, mark }) => {
    const verdict = value >= mark.goal ? 'goal' : value >= mark.must ? 'must' : 'missed'
    return `${what}: ${number(value)} (must ${mark.must}, goal ${mark.goal}: ${verdict})`
  })
  const memory = report.upscale?.memory
  if (!memory) return lines
  const growth = (memory.longMib / memory.shortMib).toFixed(3)
  return [
    ...lines,
    `memory, 60 s ÷ 10 s of video: ${growth} (${memory.longMib.toFixed(0)} and ${memory.shortMib.toFixed(0)} MiB, at most ${MEMORY_GROWTH})`,
  ]
}

/** The page beside the JSON: what was measured, on what, and the table. */
export function pageOf(report: BenchReport): string {
  const { machine, rounds, clipSeconds } = report
  const markdown = (row: readonly string[]) => `| ${row.join(' | ')} |`
  const device = `${machine.provider} through ${machine.runtime}${machine.gpu ? ` on ${machine.gpu}` : ''}`
  return `# The worker's speed and memory

Written by \`npm run bench -- gpu\`, everything in one run on ${machine.cores} × ${machine.cpu}, ${(machine.memoryMib / 1024).toFixed(0)} GiB; inference on ${device},
${machine.inferenceThreads} thread(s) for the network and ${machine.encodeThreads} for the encoder beside it; ffmpeg ${machine.ffmpeg}, Node ${machine.node}. Videos are generated, ${clipSeconds} s, with a camera's noise.
Each time is the best of ${rounds} rounds in which the things compared take turns.

- **frames/s**: the whole task, with probing and the check of what was made. **CPU**: all threads and child processes.
- **÷ inference**: the task's speed over that of its own inference calls alone, on the same batches. **÷ ffmpeg**: over that of plain ffmpeg decoding, scaling and encoding
  alike (only decoding, for what makes no video); both before the check. Ratios compare between machines when they are idle, frames per second do not.

${markdown(HEAD)}
| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |
${report.cases.map((measure) => markdown(caseRow(measure))).join('\n')}

${markLines(report)
  .map((line) => `- ${line}`)
  .join('\n')}
`
}
