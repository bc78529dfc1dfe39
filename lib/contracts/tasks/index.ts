import { z } from 'zod'
import { annotateContract } from './annotate.ts'
import { autoCropContract } from './auto-crop.ts'
import { detectScenesContract } from './detect-scenes.ts'
import { exportContract } from './export.ts'
import { framingContract } from './framing.ts'
import { ingestContract } from './ingest.ts'
import { overlayContract } from './overlay.ts'
import type { TaskContract } from './task-contract.ts'
import { trackContract } from './track.ts'
import { upscaleContract } from './upscale.ts'

export const TASK_NAMES = [
  'upscale',
  'track',
  'auto_crop',
  'detect_scenes',
  'framing',
  'overlay',
  'annotate',
  'export',
  'ingest',
] as const
export const TaskName = z.enum(TASK_NAMES)
export type TaskName = z.infer<typeof TaskName>

/** Every task by name: forgetting one is a compile error. */
export const TASKS = {
  upscale: upscaleContract,
  track: trackContract,
  auto_crop: autoCropContract,
  detect_scenes: detectScenesContract,
  framing: framingContract,
  overlay: overlayContract,
  annotate: annotateContract,
  export: exportContract,
  ingest: ingestContract,
} as const satisfies Record<TaskName, TaskContract>

export type TaskParams = { [Name in TaskName]: z.infer<(typeof TASKS)[Name]['params']> }

/** A task with its parsed params, as a quote, a job and the worker carry it. */
export const TaskRequest = z.discriminatedUnion('task', [
  z.strictObject({ task: z.literal('upscale'), params: upscaleContract.params }),
  z.strictObject({ task: z.literal('track'), params: trackContract.params }),
  z.strictObject({ task: z.literal('auto_crop'), params: autoCropContract.params }),
  z.strictObject({ task: z.literal('detect_scenes'), params: detectScenesContract.params }),
  z.strictObject({ task: z.literal('framing'), params: framingContract.params }),
  z.strictObject({ task: z.literal('overlay'), params: overlayContract.params }),
  z.strictObject({ task: z.literal('annotate'), params: annotateContract.params }),
  z.strictObject({ task: z.literal('export'), params: exportContract.params }),
  z.strictObject({ task: z.literal('ingest'), params: ingestContract.params }),
])
export type TaskRequest = z.infer<typeof TaskRequest>
