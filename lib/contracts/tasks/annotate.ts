import { AnnotateParams, ClipsResult, renderLimits } from './render.ts'
import type { TaskContract } from './task-contract.ts'

export const annotateContract = {
  name: 'annotate',
  label: 'Clips',
  summary: 'Cuts the marked clips into one reel or separate files.',
  params: AnnotateParams,
  result: ClipsResult,
  outputs: [],
  segmentable: false,
  overlapS: 0,
  limits: renderLimits,
} as const satisfies TaskContract
