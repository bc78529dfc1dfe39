import type { MediaFacts, VideoCodec } from '#lib/contracts/media.ts'
import { TaskRequest } from '#lib/contracts/tasks/index.ts'
import { expectedOutput } from '#lib/core/media/expected-output.ts'

/** NVENC's H.264 encoder ends here in both directions (NVIDIA Video Codec SDK support matrix); HEVC and AV1 go to 8192. */
const H264_MAX_PX = 4096

/** Changes the codec where the chosen one cannot carry the result, and says so before anyone pays. */
export function fitCodec(request: TaskRequest, facts: MediaFacts): { request: TaskRequest; notes: string[] } {
  const output = expectedOutput(request, facts)
  if (output === null || !hasCodec(request) || request.params.codec !== 'h264') return { request, notes: [] }
  if (Math.max(output.width, output.height) <= H264_MAX_PX) return { request, notes: [] }
  const note = `H.264 ends at ${H264_MAX_PX} pixels; at ${output.width} × ${output.height} the result is encoded as HEVC.`
  return { request: TaskRequest.parse({ ...request, params: { ...request.params, codec: 'hevc' } }), notes: [note] }
}

type EncodedRequest = Extract<TaskRequest, { params: { codec: VideoCodec } }>

/** Whether the task makes a video whose codec is chosen. */
function hasCodec(request: TaskRequest): request is EncodedRequest {
  return 'codec' in request.params
}

/** The codec a request's video comes in: tasks without a choice make H.264. */
export function codecOf(request: TaskRequest): VideoCodec {
  return hasCodec(request) ? request.params.codec : 'h264'
}
