import { join } from 'node:path'
import type { OutputName } from '#lib/contracts/tasks/task-contract.ts'
import type { ToolLimits } from './ffmpeg.ts'
import { probeFile } from './probe.ts'
import { writePoster, writePreview } from './stills.ts'

export interface DeriveOptions {
  readonly wanted: ReadonlySet<OutputName>
  /** Whether browsers can be trusted to play the file itself. */
  readonly playable: boolean
  readonly threads: number
  readonly workDir: string
  readonly limits: ToolLimits
  readonly signal: AbortSignal
}

/** The pictures and the light version of a finished video that somebody will take. */
export async function deriveFiles(
  videoPath: string,
  { wanted, playable, threads, workDir, limits, signal }: DeriveOptions,
): Promise<Partial<Record<OutputName, string>>> {
  const files: Partial<Record<OutputName, string>> = {}
  if (!wanted.has('poster') && !wanted.has('preview')) return files
  const made = await probeFile(videoPath, signal)
  if (wanted.has('poster')) {
    files.poster = join(workDir, 'poster.jpg')
    await writePoster(made, files.poster, limits, signal)
  }
  if (wanted.has('preview') && !playable) {
    files.preview = join(workDir, 'preview.mp4')
    await writePreview(made, files.preview, threads, limits, signal)
  }
  return files
}
