import { expect, it } from 'vitest'
import { makeClip } from '#lib/local/test-clips.ts'
import { readContainer } from './read-container.ts'

const look = (bytes: Uint8Array) =>
  readContainer({ bytes: bytes.length, read: async (start, end) => bytes.slice(start, end) })

it.each([
  ['DivX with MP3', ['-c:v', 'mpeg4', '-c:a', 'libmp3lame'], 'mpeg4', 'mp3'],
  ['Motion JPEG with PCM', ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-c:a', 'pcm_s16le'], 'mjpeg', 'pcm'],
  ['H.264 with AC-3', ['-c:v', 'libx264', '-bf', '0', '-c:a', 'ac3'], 'h264', 'ac3'],
])('reads the headers of an AVI of %s', async (_what, args, video_codec, audio_codec) => {
  const { facts } = await look(await makeClip('avi', { seconds: 2, fps: 25, size: '160x90', audio: true, args }))
  expect(facts).toMatchObject({ container: 'avi', video_codec, audio_codec, width: 160, height: 90, fps: 25 })
  // One more where a chunk without a picture keeps the time.
  expect([50, 51]).toContain(facts?.frames)
  expect(facts?.duration_s).toBeCloseTo((facts?.frames ?? 0) / 25, 6)
  expect(facts?.audio_duration_s).toBeNull()
})

it('reads one without sound', async () => {
  const { facts } = await look(await makeClip('avi', { args: ['-c:v', 'mpeg4'] }))
  expect(facts).toMatchObject({ container: 'avi', audio_codec: null, frames: 60 })
})

it('says that one is cut off, names a codec that nobody decodes, and takes no file for one that is none', async () => {
  const whole = await makeClip('avi', { args: ['-c:v', 'mpeg4'] })
  expect((await look(whole.slice(0, whole.length - 2_000))).problem).toMatchObject({ code: 'corrupt_media' })
  const strange = whole.slice()
  const at = new TextDecoder('latin1').decode(strange).lastIndexOf('FMP4', 4096)
  strange.set(new TextEncoder().encode('ZZZZ'), at)
  expect((await look(strange)).problem).toMatchObject({
    code: 'unsupported_media',
    message: expect.stringContaining('ZZZZ'),
  })
  expect((await look(whole.slice(0, 12))).problem).toMatchObject({ code: 'corrupt_media' })
})

it('comes to an end whatever the sizes say', async () => {
  const whole = await makeClip('avi', { args: ['-c:v', 'mpeg4'] })
  for (let at = 12; at < 400; at += 4) {
    for (const value of [0, 1, 0x7fffffff, 0xffffffff]) {
      const broken = whole.slice(0, 20_000)
      new DataView(broken.buffer).setUint32(at, value, true)
      const { facts, problem } = await look(broken)
      expect(facts === null).toBe(problem !== null)
    }
  }
})
