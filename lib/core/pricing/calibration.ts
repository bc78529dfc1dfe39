import type { TaskName, TaskRequest } from '#lib/contracts/tasks/index.ts'
import type { GpuClass } from './rate-card.ts'
import { CEILING_FACTOR, UNCALIBRATED_GPU_MS_PER_VIDEO_S } from './rate-card.ts'
import { type PricedFacts, workedPixels } from './work-seconds.ts'

/** One finished job: the work it was priced as, and what RunPod says its winning run took (no waiting, no cold start). */
export interface Measurement {
  userId: string
  workSeconds: number
  gpuMs: number
}

/** What runs have in common that are compared with each other. */
export interface CalibrationClass {
  task: TaskName
  /** Network and scale, where the task has them; else empty. */
  model: string
  resolutionClass: ResolutionClass
  gpuClass: GpuClass
}

/** What a quote rests on, frozen into it. Rates are GPU milliseconds per second of base material. */
export interface QuoteCalibration extends CalibrationClass {
  /** Runs that were counted; 0 when there are too few and the table alone was used. */
  runs: number
  medianMsPerWorkS: number | null
  p90MsPerWorkS: number | null
  expectedMsPerWorkS: number
  ceilingMsPerWorkS: number
  /** Beside what grows with the length: loading the network. */
  ceilingStartMs: number
}

/** Shorter runs are mostly start-up, so their speed says little; they are not measured. */
export const SHORTEST_WORK_S = 3
/** Runs this far from the table are a broken clock or another machine, in either direction. */
const PLAUSIBLE = { slowest: 20, fastest: 1 / 200 }
/** How many of the newest runs are looked at; the table's trigger keeps as many. */
export const RUNS_KEPT = 200
/** So that one person's unusual videos weigh no more than a few. */
export const RUNS_PER_USER = 20
/** Before there are this many, of this many people, the table alone is used: nobody sets everyone's price by themselves. */
export const RUNS_NEEDED = 10
export const USERS_NEEDED = 3
/** With this many runs, measurements and table weigh the same; with nine times as many the table has a tenth. */
const TABLE_WEIGHT_RUNS = 20
/** One run in ten is slower than p90, and the next may be slower than any: the ceiling leaves room for that. */
const CEILING_HEADROOM = 1.25
/** What the ceiling adds for a run's own start once the rate no longer has five-fold room. */
const CEILING_START_MS = 5_000

const RESOLUTION_CLASSES = [
  ['sd', 854 * 480],
  ['hd', 1280 * 720],
  ['full_hd', 1920 * 1080],
  ['quad_hd', 2560 * 1440],
  ['ultra_hd', 4096 * 2160],
] as const
export type ResolutionClass = (typeof RESOLUTION_CLASSES)[number][0] | 'beyond'

export function resolutionClass(pixels: number): ResolutionClass {
  return RESOLUTION_CLASSES.find(([, most]) => pixels <= most)?.[0] ?? 'beyond'
}

/** The class a request belongs to. A video's height and width are interchangeable. */
export function calibrationClass(request: TaskRequest, facts: PricedFacts, gpuClass: GpuClass): CalibrationClass {
  const resolution = resolutionClass(workedPixels(request, facts))
  return { task: request.task, model: modelOf(request), resolutionClass: resolution, gpuClass }
}

function modelOf({ task, params }: TaskRequest): string {
  if (task === 'upscale') return `${params.model} ×${params.scale}${params.face_enhance ? ' faces' : ''}`
  if (task === 'export' && params.upscale) return params.upscale_model ?? 'reelsr-std'
  return ''
}

/**
 * GPU time per second of base material, from the newest runs of a class (newest first). The median is expected and the 90th percentile,
 * with headroom, is the ceiling; both are drawn towards the table while there are few runs (n ÷ (n + 20)). The ceiling never falls below
 * the table's own expectation, nor below what is expected. Pure: the same runs give the same rates.
 */
export function calibrate(cls: CalibrationClass, newestFirst: readonly Measurement[]): QuoteCalibration {
  const table = UNCALIBRATED_GPU_MS_PER_VIDEO_S[cls.task]
  const { rates, users } = countedRates(table, newestFirst)
  const median = quantile(rates, 0.5)
  const p90 = quantile(rates, 0.9)
  if (rates.length < RUNS_NEEDED || users < USERS_NEEDED || median === null || p90 === null) {
    const fromTable = { expectedMsPerWorkS: table, ceilingMsPerWorkS: table * CEILING_FACTOR, ceilingStartMs: 0 }
    return { ...cls, runs: 0, medianMsPerWorkS: null, p90MsPerWorkS: null, ...fromTable }
  }
  const weight = rates.length / (rates.length + TABLE_WEIGHT_RUNS)
  const between = (measured: number, tabled: number) => toMicroseconds(weight * measured + (1 - weight) * tabled)
  const expected = between(median, table)
  const ceiling = Math.max(table, expected, between(p90 * CEILING_HEADROOM, table * CEILING_FACTOR))
  return {
    ...cls,
    runs: rates.length,
    medianMsPerWorkS: median,
    p90MsPerWorkS: p90,
    expectedMsPerWorkS: expected,
    ceilingMsPerWorkS: ceiling,
    ceilingStartMs: CEILING_START_MS,
  }
}

/** Ascending, and of how many people. */
function countedRates(table: number, newestFirst: readonly Measurement[]): { rates: number[]; users: number } {
  const perUser = new Map<string, number>()
  const rates: number[] = []
  for (const { userId, workSeconds, gpuMs } of newestFirst.slice(0, RUNS_KEPT)) {
    if (workSeconds < SHORTEST_WORK_S) continue
    const rate = gpuMs / workSeconds
    if (rate > table * PLAUSIBLE.slowest || rate < table * PLAUSIBLE.fastest) continue
    const ofUser = perUser.get(userId) ?? 0
    if (ofUser >= RUNS_PER_USER) continue
    perUser.set(userId, ofUser + 1)
    rates.push(rate)
  }
  return { rates: rates.sort((a, b) => a - b), users: perUser.size }
}

const toMicroseconds = (ms: number) => Math.round(ms * 1000) / 1000

/** Nearest rank (Hyndman & Fan 1996, definition 1): the smallest value that at least this share of the runs does not exceed. */
function quantile(ascending: readonly number[], share: number): number | null {
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? null
}
