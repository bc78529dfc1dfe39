import { z } from 'zod'
import { FramingParams, renderLimits } from './render.ts'
import type { TaskContract } from './task-contract.ts'

export const framingContract = {
  name: 'framing',
  label: 'Framing',
  summary: 'Renders the video through a moving crop.',
  params: FramingParams,
  result: z.null(),
  outputs: ['video'],
  segmentable: true,
  overlapS: 0,
  limits: renderLimits,
} as const satisfies TaskContract
