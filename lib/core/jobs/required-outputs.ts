import { TASKS, type TaskRequest } from '#lib/contracts/tasks/index.ts'
import type { OutputName } from '#lib/contracts/tasks/task-contract.ts'

/** The files a run of these params must hand back. Pictures and previews are no part: whoever wants one says where it goes. */
export function requiredOutputs(request: TaskRequest): readonly OutputName[] {
  const { task, params } = request
  switch (task) {
    case 'annotate':
      return clipOutputs(params.mode === 'separate' ? params.clips.length : undefined)
    case 'export':
      return clipOutputs(params.mode === 'separate' ? params.clips?.length : undefined)
    case 'auto_crop':
      return params.render ? ['video'] : []
    default:
      return TASKS[task].outputs
  }
}

/** One file a clip, numbered from 1; else the video alone. */
function clipOutputs(separate: number | undefined): OutputName[] {
  if (separate === undefined) return ['video']
  return Array.from({ length: separate }, (_, index): OutputName => `clip-${String(index + 1).padStart(3, '0')}`)
}
