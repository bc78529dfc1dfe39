import { AppError } from '#lib/contracts/errors.ts'
import type { MediaFacts } from '#lib/contracts/media.ts'
import type { TaskContract } from '#lib/contracts/tasks/task-contract.ts'
import type { QuotedFacts } from '#lib/contracts/worker.ts'

/** Containers round lengths, and readers guess the last frame's. */
function durationToleranceS(fps: number): number {
  return Math.max(0.25, 2 / fps)
}

/**
 * Refuses an input that is more than the task takes (`limit_exceeded`), or more than, or of another size than, what the price was
 * computed from (`input_mismatch`). `input.frames` are packets an edit list does not hide.
 */
export function checkInput(input: MediaFacts, limits: TaskContract['limits'], quoted: QuotedFacts | undefined): void {
  const pixels = input.width * input.height
  if (input.duration_s > limits.maxDurationS) {
    throw new AppError(
      'limit_exceeded',
      `The video lasts ${Math.round(input.duration_s)} s; at most ${limits.maxDurationS} s can be worked on.`,
    )
  }
  if (pixels > limits.maxInputPixels) {
    throw new AppError(
      'limit_exceeded',
      `The video is ${input.width}x${input.height}; at most ${limits.maxInputPixels} pixels can be worked on.`,
    )
  }
  if (quoted === undefined) return
  if (input.width !== quoted.width || input.height !== quoted.height) {
    throw mismatch(`frames of ${input.width}x${input.height}`, `${quoted.width}x${quoted.height}`)
  }
  if (input.duration_s > quoted.duration_s + durationToleranceS(input.fps)) {
    throw mismatch(`${input.duration_s.toFixed(2)} s`, `${quoted.duration_s.toFixed(2)} s`)
  }
  checkCounted(input.frames, quoted)
}

/** The same bound on frames that were really decoded. */
export function checkCounted(frames: number, quoted: QuotedFacts | undefined): void {
  if (quoted !== undefined && frames > quoted.frames) throw mismatch(`at least ${frames} frames`, `${quoted.frames}`)
}

function mismatch(found: string, quoted: string): AppError {
  return new AppError(
    'input_mismatch',
    `The video has ${found}, but the price was computed for ${quoted}. Ask for a new quote.`,
  )
}
