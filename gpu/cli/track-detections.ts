import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { AppError, invalidRequest } from '#lib/contracts/errors.ts'
import { TRACK_ALGORITHMS } from '#lib/contracts/tasks/track.ts'
import { readMotDetections } from '#lib/core/tracking/read-mot-detections.ts'
import { trackFrames } from '#lib/core/tracking/track-frames.ts'
import { motLines } from './mot-lines.ts'

export const TRACK_DETECTIONS_USAGE = `npm run -s gpu -- track-detections --input DET.txt --output RES.txt [--params '{"fps":25}']
  Association alone, on MOTChallenge detections (frame,id,x,y,width,height,confidence; frames count from 1; any scale of confidence).
  Parameters: fps (25), algorithm (${TRACK_ALGORITHMS.join('|')}), width, height (of the frame, pixels), confidence_threshold (0.5).`

const Params = z.strictObject({
  fps: z.number().positive().max(1000).default(25),
  algorithm: z.enum(TRACK_ALGORITHMS).default('botsort'),
  /** Size of the frames. Absent: reckoned from the boxes. */
  width: z.number().int().positive().max(65_536).optional(),
  height: z.number().int().positive().max(65_536).optional(),
  /** Of the confidence mapped to 0–1. */
  confidence_threshold: z.number().min(0.05).max(0.99).default(0.5),
})

const OPTIONS = {
  input: { type: 'string' },
  output: { type: 'string' },
  params: { type: 'string', default: '{}' },
} as const

export interface TrackDetectionsReport {
  readonly status: 'completed'
  readonly frames: number
  readonly detections: number
  readonly tracks: number
  /** Of association alone: reading, calibrating and writing are not counted. */
  readonly seconds: number
  readonly frames_per_second: number
}

/** Tracks from a detection file, written as a MOTChallenge result file. Throws coded errors. */
export async function trackDetections(argv: string[]): Promise<TrackDetectionsReport> {
  const { input, output, params } = parseCommand(argv)
  let text: string
  try {
    text = await readFile(input, 'utf8')
  } catch (cause) {
    throw new AppError('invalid_request', `"${input}" cannot be read.`, { field: 'input', cause })
  }
  const { frames, width, height, detections } = readMotDetections(text, params)
  const started = performance.now()
  const tracks = trackFrames(frames, {
    algorithm: params.algorithm,
    fps: params.fps,
    width,
    height,
    newTrackScore: params.confidence_threshold,
    lowScore: 0.1,
  })
  const seconds = (performance.now() - started) / 1000
  await mkdir(dirname(output), { recursive: true })
  // In place in one step, so that nobody reads half a file.
  await writeFile(`${output}.part`, motLines(tracks))
  await rename(`${output}.part`, output)
  return {
    status: 'completed',
    frames: frames.length,
    detections,
    tracks: tracks.length,
    seconds: Number(seconds.toFixed(4)),
    frames_per_second: Math.round(frames.length / seconds),
  }
}

function parseCommand(argv: string[]): { input: string; output: string; params: z.infer<typeof Params> } {
  let values: ReturnType<typeof parseArgs<{ options: typeof OPTIONS; args: string[] }>>['values']
  try {
    values = parseArgs({ args: argv, options: OPTIONS }).values
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('invalid_request', `${why}\n${TRACK_DETECTIONS_USAGE}`, { cause })
  }
  const { input, output } = values
  if (input === undefined || output === undefined) {
    const field = input === undefined ? 'input' : 'output'
    throw new AppError('invalid_request', `track-detections needs --${field}.\n${TRACK_DETECTIONS_USAGE}`, { field })
  }
  let json: unknown
  try {
    json = JSON.parse(values.params)
  } catch (cause) {
    throw new AppError('invalid_request', '--params is not JSON.', { field: 'params', cause })
  }
  const params = Params.safeParse(json)
  if (!params.success) throw invalidRequest(params.error)
  return { input, output, params: params.data }
}
