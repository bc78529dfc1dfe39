import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { WorkerConfig } from '#gpu/config.ts'
import type { TaskName } from '#lib/contracts/tasks/index.ts'
import type { ClipName } from './clips.ts'

/** A ratio that must be reached, and one that should. */
export interface Mark {
  readonly must: number
  readonly goal: number
}

export interface BenchCase {
  readonly task: TaskName
  readonly clip: ClipName
  readonly params: (config: WorkerConfig) => object
  /** With a tracks file. */
  readonly tracks?: true
  /** What ffmpeg does for comparison: filters, and whether it encodes. */
  readonly plain: { readonly filters: string; readonly encodes: boolean }
  readonly perPlain?: Mark
  readonly perInference?: Mark
}

const CROP = [
  { frame: 0, x: 100.5, y: 0, width: 404, height: 718 },
  { frame: 120, x: 700.25, y: 1, width: 404, height: 718 },
  { frame: 240, x: 300.75, y: 0, width: 404, height: 718 },
]
const REGION = { start_frame: 0, end_frame: 100_000, x: 300, y: 300, radius_x: 120, radius_y: 160 }
const MOVING = { ...REGION, keyframes: [0, 80, 160, 240].map((frame) => ({ ...ellipseAt(frame), frame })) }

function ellipseAt(frame: number) {
  return { x: 200 + 3 * frame, y: 300 + 100 * Math.sin(frame / 60), radius_x: 110, radius_y: 150 }
}

/** The detector with weights that is there, else none. */
const trackParams = ({ weightsDir }: WorkerConfig) => ({
  model: existsSync(join(weightsDir, 'yolox_nano.onnx')) ? 'yolox_nano' : 'motion',
})

/** The same path in whole pixels: a window that stands still would be cheaper to encode than one that moves. */
const PATH_X = 'if(lt(n,120),100+5*n,if(lt(n,240),700-(n-120)*10/3,300))'
const PORTRAIT = `crop=404:718:'${PATH_X}':0,scale=1080:1920:flags=lanczos`
const RENDER: Mark = { must: 0.8, goal: 0.9 }

/** Every task once. Adding one = one entry. */
export const CASES: Readonly<Record<string, BenchCase>> = {
  upscale: {
    task: 'upscale',
    clip: 'small',
    params: () => ({ model: 'reelsr-fast', scale: 2 }),
    plain: { filters: 'scale=1280:720:flags=lanczos', encodes: true },
    perInference: { must: 0.9, goal: 0.95 },
  },
  track: {
    task: 'track',
    clip: 'small',
    params: trackParams,
    plain: { filters: 'null', encodes: false },
  },
  detect_scenes: {
    task: 'detect_scenes',
    clip: 'hd',
    params: () => ({}),
    plain: { filters: 'scale=320:180:flags=area', encodes: false },
  },
  framing: {
    task: 'framing',
    clip: 'hd',
    params: () => ({ crop_keyframes: CROP }),
    plain: { filters: PORTRAIT, encodes: true },
    perPlain: RENDER,
  },
  overlay: {
    task: 'overlay',
    clip: 'hd',
    params: () => ({ highlight_regions: [MOVING], effect_type: 'spotlight' }),
    plain: { filters: 'null', encodes: true },
    perPlain: RENDER,
  },
  auto_crop: {
    task: 'auto_crop',
    clip: 'hd',
    tracks: true,
    params: () => ({}),
    plain: { filters: PORTRAIT, encodes: true },
  },
  annotate: {
    task: 'annotate',
    clip: 'hd',
    params: () => ({
      clips: [
        { start_time: 0.5, end_time: 3, label: 'First' },
        { start_time: 4, end_time: 7, label: 'Second' },
      ],
      burn_labels: true,
    }),
    plain: { filters: "select='between(t,0.5,3)+between(t,4,7)'", encodes: true },
  },
  export: {
    task: 'export',
    clip: 'hd',
    params: () => ({ crop_keyframes: CROP, output_width: 1080, output_height: 1920, highlight_regions: [MOVING] }),
    plain: { filters: PORTRAIT, encodes: true },
  },
  ingest: {
    task: 'ingest',
    clip: 'hd',
    params: () => ({}),
    plain: { filters: 'null', encodes: true },
  },
}
