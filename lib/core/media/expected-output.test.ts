import { describe, expect, it } from 'vitest'
import type { MediaFacts } from '#lib/contracts/media.ts'
import { TaskRequest } from '#lib/contracts/tasks/index.ts'
import { UpscaleParams } from '#lib/contracts/tasks/upscale.ts'
import type { WorkerStats } from '#lib/contracts/worker.ts'
import { expectedOutput, outputProblems, upscaledSize } from './expected-output.ts'

const input: MediaFacts = {
  container: 'mp4',
  video_codec: 'h264',
  width: 641,
  height: 360,
  rotation: 0,
  duration_s: 10,
  frames: 300,
  fps: 30,
  audio_codec: 'aac',
  audio_duration_s: 10.02,
  bytes: 1000,
}
const headers: MediaFacts = { ...input, width: 1282, height: 720, bytes: 9000 }
const stats: WorkerStats = {
  frames_in: 300,
  frames_out: 300,
  input_resolution: '641x360',
  output_resolution: '1282x720',
  duration_sec: 10,
  video_sec: 10,
  audio_sec: 10.02,
  processing_time_sec: 5,
  gpu_seconds: 6,
  device: 'cpu',
}
const request = (params: object) => ({ task: 'upscale' as const, params: UpscaleParams.parse(params) })
const evidence = { expected: expectedOutput(request({ scale: 2 }), input), input, headers, stats }

describe('expected output', () => {
  it('is exactly scale times what is displayed, with the input’s length and sound', () => {
    expect(evidence.expected).toEqual({ width: 1282, height: 720, frames: 300, durationS: 10, audio: true, joins: 0 })
    expect(expectedOutput(request({ scale: 4 }), { ...input, audio_codec: null })).toMatchObject({
      width: 2564,
      height: 1440,
      audio: false,
    })
  })

  it('keeps the shape below max_height, even both ways', () => {
    expect(upscaledSize({ width: 641, height: 360 }, 4, 1080)).toEqual({ width: 1924, height: 1080 })
    expect(upscaledSize({ width: 1080, height: 1920 }, 2, 1920)).toEqual({ width: 1080, height: 1920 })
    expect(upscaledSize({ width: 641, height: 360 }, 2, 1080)).toEqual({ width: 1282, height: 720 })
    expect(upscaledSize({ width: 3, height: 1000 }, 2, 144)).toEqual({ width: 2, height: 144 })
  })
})

describe('a reel', () => {
  const clip = (start_time: number, end_time: number) => ({ start_time, end_time, label: 'Goal' })
  const clips = [clip(1, 3), clip(8, 12), clip(1, 2)]
  const reel = TaskRequest.parse({ task: 'annotate', params: { clips } })
  const expected = expectedOutput(reel, input)

  it('lasts as long as the parts of its clips that are in the video', () => {
    expect(expected).toMatchObject({ width: 642, height: 360, durationS: 5, frames: 900, joins: 3, audio: true })
  })

  it('is judged by its own sound, not by how the whole video’s tracks differed', () => {
    if (expected === null) throw new Error('a reel is a video')
    const long = { ...input, audio_duration_s: 14 }
    const made = {
      ...stats,
      frames_in: 150,
      frames_out: 150,
      output_resolution: '642x360',
      duration_sec: 5,
      video_sec: 5,
    }
    const read = { ...input, width: 642, height: 360, frames: 150, duration_s: 5, audio_duration_s: 5.06 }
    expect(outputProblems({ expected, input: long, headers: read, stats: made })).toEqual([])
    const late = { ...read, audio_duration_s: 5.2 }
    expect(outputProblems({ expected, input: long, headers: late, stats: made }).join()).toContain('sound and picture')
  })

  it('comes as several files when asked to, and data is no video', () => {
    const separate = TaskRequest.parse({ task: 'export', params: { clips, mode: 'separate' } })
    expect(expectedOutput(separate, input)).toBeNull()
    expect(expectedOutput(TaskRequest.parse({ task: 'track', params: {} }), input)).toBeNull()
    expect(expectedOutput(TaskRequest.parse({ task: 'auto_crop', params: { render: false } }), input)).toBeNull()
  })
})

describe('a good output', () => {
  it('has no problems', () => {
    expect(outputProblems(evidence)).toEqual([])
  })

  it('may have fewer frames than the input has packets, when an edit list hides the rest', () => {
    // The reader already leaves the hidden part out of the length …
    const hidden = { ...evidence, expected: { ...evidence.expected, frames: 440 } }
    expect(outputProblems(hidden)).toEqual([])
    // … or counts it in.
    expect(
      outputProblems({
        ...hidden,
        expected: { ...hidden.expected, durationS: 10 + 140 / 30 },
        input: { ...input, frames: 440, duration_s: 10, audio_duration_s: 10.02 },
      }),
    ).toEqual([])
  })

  it('may differ by what containers round', () => {
    expect(
      outputProblems({
        ...evidence,
        headers: { ...headers, duration_s: 10.04, audio_duration_s: 10.03 },
        stats: { ...stats, video_sec: 10.02 },
      }),
    ).toEqual([])
  })

  it('may be silent when its input is', () => {
    const silent = { audio_codec: null, audio_duration_s: null }
    const expected = { ...evidence.expected, audio: false }
    expect(
      outputProblems({
        expected,
        input: { ...input, ...silent },
        headers: { ...headers, ...silent },
        stats: { ...stats, audio_sec: null },
      }),
    ).toEqual([])
  })
})

describe('a bad output', () => {
  const withStats = (wrong: Partial<WorkerStats>) => outputProblems({ ...evidence, stats: { ...stats, ...wrong } })
  const withHeaders = (wrong: Partial<MediaFacts>) => outputProblems({ ...evidence, headers: { ...headers, ...wrong } })

  it('one pixel off', () => {
    expect(withHeaders({ width: 1280 })).toEqual(['the video is 1280x720, expected 1282x720'])
    expect(withStats({ output_resolution: '1282x722' })).toEqual(['the worker reports 1282x722, expected 1282x720'])
  })

  it('one frame lost on the way, or in the file', () => {
    expect(withStats({ frames_out: 299 })).toEqual([
      '300 frames went in, 299 came out',
      'the headers list 300 frames, decoding gave 299',
    ])
    expect(withHeaders({ frames: 299 })).toEqual(['the headers list 299 frames, decoding gave 300'])
  })

  it('more frames than there were packets, or none', () => {
    expect(withStats({ frames_in: 301, frames_out: 301 })).toContain('301 frames were decoded from 300 packets')
    expect(withStats({ frames_in: 0, frames_out: 0 })).toContain('no frame was decoded')
  })

  it('fewer frames over the same span than a hidden part explains, or a span that is too short', () => {
    expect(withStats({ duration_sec: 8, video_sec: 8 })).toContain('8.00 s were worked on, 10.00 s are expected')
    expect(withStats({ frames_in: 240, frames_out: 240, duration_sec: 5, video_sec: 5 })).toContain(
      '5.00 s were worked on, 10.00 s are expected',
    )
  })

  it('a length that changed', () => {
    expect(withStats({ video_sec: 9.8 })).toContain('the video lasts 9.80 s, its input 10.00 s')
    expect(withHeaders({ duration_s: 10.5, audio_duration_s: 10.52 })).toEqual([
      'the headers say 10.50 s, decoding gave 10.00 s',
    ])
  })

  it('sound lost, or made up', () => {
    expect(withStats({ audio_sec: null })).toEqual(['the sound is missing'])
    expect(outputProblems({ ...evidence, expected: { ...evidence.expected, audio: false } })).toEqual([
      'there is sound, the input has none',
    ])
  })

  it('sound more than 50 ms further from the picture', () => {
    expect(withHeaders({ audio_duration_s: 10.069 })).toEqual([])
    expect(withHeaders({ audio_duration_s: 10.071 })).toEqual([
      'sound and picture are 51 ms further apart than in the input',
    ])
    expect(withHeaders({ audio_duration_s: 9.9 })).toEqual([
      'sound and picture are 120 ms further apart than in the input',
    ])
  })
})
