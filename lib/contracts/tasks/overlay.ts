import { z } from 'zod'
import { OverlayParams, renderLimits } from './render.ts'
import type { TaskContract } from './task-contract.ts'

export const overlayContract = {
  name: 'overlay',
  label: 'Highlight',
  summary: 'Puts a spotlight, a ring or a blur around a player.',
  params: OverlayParams,
  result: z.null(),
  outputs: ['video'],
  segmentable: true,
  overlapS: 0,
  limits: renderLimits,
} as const satisfies TaskContract
