import type { MediaFacts, VideoCodec } from '#lib/contracts/media.ts'
import { TaskRequest } from '#lib/contracts/tasks/index.ts'
import type { VideoFormat } from '#lib/contracts/tasks/render.ts'
import { expectedVideos } from '#lib/core/media/expected-videos.ts'

/** NVENC's H.264 encoder ends here in both directions (NVIDIA Video Codec SDK support matrix); HEVC and AV1 go to 8192. */
const H264_MAX_PX = 4096

/** Changes the codec where the chosen one cannot carry the result, and says so before anyone pays. */
export function fitCodec(request: TaskRequest, facts: MediaFacts): { request: TaskRequest; notes: string[] } {
  if (!hasCodec(request) || request.params.codec !== 'h264') return { request, notes: [] }
  if (formatOf(request) === 'webm') return changed(request, 'av1', 'WebM holds no H.264: the result is encoded as AV1.')
  const [output] = expectedVideos(request, facts).values()
  if (output === undefined || Math.max(output.width, output.height) <= H264_MAX_PX) return { request, notes: [] }
  const size = `${output.width} × ${output.height}`
  return changed(request, 'hevc', `H.264 ends at ${H264_MAX_PX} pixels; at ${size} the result is encoded as HEVC.`)
}

function changed(request: EncodedRequest, codec: VideoCodec, note: string): { request: TaskRequest; notes: string[] } {
  return { request: TaskRequest.parse({ ...request, params: { ...request.params, codec } }), notes: [note] }
}

type EncodedRequest = Extract<TaskRequest, { params: { codec: VideoCodec } }>

/** Whether the task makes a video whose codec is chosen. */
function hasCodec(request: TaskRequest): request is EncodedRequest {
  return 'codec' in request.params
}

/** The container a request's video comes in: only exports have a choice. */
export function formatOf({ task, params }: TaskRequest): VideoFormat {
  return task === 'export' ? params.format : 'mp4'
}

/** The codec a request's video comes in: tasks without a choice make H.264, and WebM holds AV1 instead. */
export function codecOf(request: TaskRequest): VideoCodec {
  const codec = hasCodec(request) ? request.params.codec : 'h264'
  return codec === 'h264' && formatOf(request) === 'webm' ? 'av1' : codec
}
