import type { MediaFacts } from '#lib/contracts/media.ts'
import type { TaskRequest } from '#lib/contracts/tasks/index.ts'
import { expectedOutput } from '#lib/core/media/expected-output.ts'

/** NVENC's H.264 encoder ends here in both directions (NVIDIA Video Codec SDK support matrix); HEVC and AV1 go to 8192. */
const H264_MAX_PX = 4096

/** Changes the codec where the chosen one cannot carry the result, and says so before anyone pays. */
export function fitCodec(request: TaskRequest, facts: MediaFacts): { request: TaskRequest; notes: string[] } {
  const output = expectedOutput(request, facts)
  if (request.params.codec !== 'h264' || Math.max(output.width, output.height) <= H264_MAX_PX)
    return { request, notes: [] }
  const note = `H.264 ends at ${H264_MAX_PX} pixels; at ${output.width} × ${output.height} the result is encoded as HEVC.`
  return { request: { ...request, params: { ...request.params, codec: 'hevc' } }, notes: [note] }
}
