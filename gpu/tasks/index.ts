import type { TaskName, TaskParams } from '#lib/contracts/tasks/index.ts'
import type { TaskHandler } from './task-handler.ts'

/** Every task's handler, loaded when it is first needed: forgetting one is a compile error. */
export const TASK_HANDLERS = {
  upscale: async () => (await import('./upscale.ts')).upscale,
  track: async () => (await import('./track.ts')).track,
  auto_crop: async () => (await import('./auto-crop.ts')).autoCrop,
  detect_scenes: async () => (await import('./detect-scenes.ts')).detectScenes,
  framing: async () => (await import('./framing.ts')).framing,
  overlay: async () => (await import('./overlay.ts')).overlay,
  annotate: async () => (await import('./annotate.ts')).annotate,
  export: async () => (await import('./export.ts')).exportVideo,
  ingest: async () => (await import('./ingest.ts')).ingest,
} as const satisfies { [Name in TaskName]: () => Promise<TaskHandler<TaskParams[Name]>> }
