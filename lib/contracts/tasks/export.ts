import { z } from 'zod'
import { ClipsResult, ExportParams, renderLimits } from './render.ts'
import type { TaskContract } from './task-contract.ts'

export const exportContract = {
  name: 'export',
  label: 'Export',
  summary: 'Crop, highlight, clips and upscaling in one render.',
  params: ExportParams,
  result: z.union([z.null(), ClipsResult]),
  outputs: [],
  segmentable: false,
  overlapS: 0,
  limits: renderLimits,
} as const satisfies TaskContract
