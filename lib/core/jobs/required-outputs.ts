import type { ProductKind } from '#lib/contracts/products.ts'
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
      return params.render ? ['result', 'video'] : ['result']
    default:
      return TASKS[task].outputs
  }
}

/** One file a clip, numbered from 1; else the video alone. */
function clipOutputs(separate: number | undefined): OutputName[] {
  if (separate === undefined) return ['video']
  return Array.from({ length: separate }, (_, index): OutputName => `clip-${String(index + 1).padStart(3, '0')}`)
}

/**
 * What a run may hand back besides: the job succeeds without it. `playable` says whether browsers play its video as it is; the worker
 * makes a preview of the first file only, so several clips have none.
 */
export function optionalOutputs(request: TaskRequest, playable: boolean): readonly OutputName[] {
  if (request.task === 'ingest') return ['poster', 'filmstrip', 'waveform']
  const names = requiredOutputs(request)
  const isVideo = names.includes('video')
  const isClips = names.some((name) => name.startsWith('clip-'))
  return [
    'live_frame',
    ...(isVideo || isClips ? (['poster'] as const) : []),
    ...(isVideo && !playable ? (['preview'] as const) : []),
  ]
}

/** What a file of that name is when this task made it; null for what is no product (the live frame). */
export function productKind(task: TaskRequest['task'], name: string): ProductKind | null {
  if (name.startsWith('clip-')) return 'clip'
  switch (name) {
    case 'video':
      return task === 'ingest' ? 'proxy' : 'video'
    case 'result':
      return RESULT_KINDS[task] ?? null
    case 'preview':
    case 'poster':
    case 'filmstrip':
    case 'waveform':
      return name
    default:
      return null
  }
}

const RESULT_KINDS: Partial<Record<TaskRequest['task'], ProductKind>> = {
  track: 'tracks',
  detect_scenes: 'scenes',
  auto_crop: 'crop_path',
}
