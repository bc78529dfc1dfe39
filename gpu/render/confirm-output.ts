import { mediaFacts } from '#gpu/media/probe.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { TaskRequest } from '#lib/contracts/tasks/index.ts'
import { expectedOutput, outputProblems } from '#lib/core/media/expected-output.ts'
import type { RenderedVideo } from './render-video.ts'

/**
 * Holds a finished video to what the quote promised, as the app will before it charges. Separate clips have been compared with the plan
 * alone. Throws `output_invalid`.
 */
export function confirmOutput(request: TaskRequest, { input, verified, stats }: RenderedVideo): void {
  const expected = expectedOutput(request, input)
  const made = verified[0]
  if (expected === null || made === undefined) return
  const problems = outputProblems({
    expected,
    input,
    headers: mediaFacts(made.probe, { ...made.packets, frames: made.packets.shown }),
    stats: { ...stats, processing_time_sec: 0, gpu_seconds: 0 },
  })
  if (problems.length > 0)
    throw new AppError('output_invalid', `The result is not as it must be: ${problems.join('; ')}.`)
}
