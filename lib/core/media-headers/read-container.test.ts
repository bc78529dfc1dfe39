import { beforeAll, expect, test } from 'vitest'
import { AppError } from '#lib/contracts/errors.ts'
import { type ClipOptions, makeClip, runFfmpeg } from '#lib/local/test-clips.ts'
import { readContainer } from './read-container.ts'

const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast']

function verdictOn(bytes: Uint8Array) {
  return readContainer({ bytes: bytes.length, read: async (start, end) => bytes.subarray(start, end) })
}

const clip = (extension: string, options: ClipOptions = {}) => makeClip(extension, { args: H264, ...options })

test.each<{ name: string; extension: string; args: string[]; container: string; codec: string }>([
  { name: 'MP4', extension: 'mp4', args: H264, container: 'mp4', codec: 'h264' },
  {
    name: 'fragmented MP4',
    extension: 'mp4',
    args: [...H264, '-movflags', 'frag_keyframe+empty_moov'],
    container: 'mp4',
    codec: 'h264',
  },
  { name: 'MOV', extension: 'mov', args: H264, container: 'mov', codec: 'h264' },
  { name: 'ProRes MOV', extension: 'mov', args: ['-c:v', 'prores_ks'], container: 'mov', codec: 'prores' },
  { name: 'MKV', extension: 'mkv', args: H264, container: 'mkv', codec: 'h264' },
  { name: 'WebM', extension: 'webm', args: ['-c:v', 'libvpx'], container: 'webm', codec: 'vp8' },
  { name: 'TS', extension: 'ts', args: H264, container: 'ts', codec: 'h264' },
  {
    name: 'HEVC MP4',
    extension: 'mp4',
    args: ['-c:v', 'libx265', '-x265-params', 'log-level=none'],
    container: 'mp4',
    codec: 'hevc',
  },
])('$name: frames, length and size are as encoded', async ({ extension, args, container, codec }) => {
  const bytes = await makeClip(extension, { seconds: 2, fps: 25, args })
  const { facts } = await verdictOn(bytes)
  expect(facts).toMatchObject({ container, video_codec: codec, width: 160, height: 90, frames: 50, rotation: 0 })
  expect(facts).toMatchObject({ bytes: bytes.length, audio_codec: null, audio_duration_s: null })
  expect(facts?.duration_s).toBeCloseTo(2, 2)
  expect(facts?.fps).toBeCloseTo(25, 1)
})

test('sound is described beside the picture', async () => {
  const { facts } = await verdictOn(await clip('mp4', { audio: true, seconds: 2 }))
  expect(facts?.audio_codec).toBe('aac')
  expect(facts?.audio_duration_s).toBeCloseTo(2, 1)
})

test('width and height are those of the displayed frame: rotated, and with pixels that are not square', async () => {
  const rotated = await verdictOn(turnQuarter(await clip('mp4')))
  expect(rotated.facts).toMatchObject({ width: 90, height: 160, rotation: 90 })
  const stretched = await verdictOn(await clip('mp4', { args: ['-vf', 'setsar=4/3', ...H264] }))
  expect(stretched.facts).toMatchObject({ width: 213, height: 90 })
})

test('a file too long to walk through gets an estimate that is not below its count, and little above', async () => {
  const fragmented = [...H264, '-g', '30', '-movflags', 'frag_keyframe+empty_moov']
  const bytes = await makeClip('mp4', { seconds: 120, fps: 30, size: '320x180', args: fragmented })
  const { read, readBytes } = counted(bytes)
  const limits = { reads: 40, readBytes: bytes.length / 2 }
  const { facts } = await readContainer({ bytes: bytes.length, read }, limits)
  expect(facts?.frames).toBeGreaterThanOrEqual(3600)
  expect(facts?.frames).toBeLessThanOrEqual(3600 * 1.03)
  expect(facts?.duration_s).toBeCloseTo(120, 1)
  expect(readBytes()).toBeLessThanOrEqual(limits.readBytes)
})

test('headers that go on and on are given up', async () => {
  const bytes = await clip('mp4', { seconds: 2 })
  const limits = { reads: 40, readBytes: 1000 }
  const { problem } = await readContainer({ bytes: bytes.length, read: counted(bytes).read }, limits)
  expect(problem).toMatchObject({ code: 'unsupported_media', message: expect.stringContaining('too large') })
})

test('the index at the end of a long file is found without reading what lies between', async () => {
  const bytes = await clip('mp4', {
    seconds: 20,
    size: '640x360',
    args: ['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '4'],
  })
  const { read, readBytes } = counted(bytes)
  const { facts } = await readContainer({ bytes: bytes.length, read })
  expect(facts?.frames).toBe(600)
  expect(bytes.length).toBeGreaterThan(10_000_000)
  expect(readBytes()).toBeLessThan(bytes.length / 3)
})

let whole: Uint8Array<ArrayBuffer>
beforeAll(async () => {
  whole = await clip('mp4', { seconds: 2, size: '640x360' })
})

test('a recording whose index was never written is corrupt', async () => {
  const { problem } = await verdictOn(whole.subarray(0, whole.length >> 1))
  expect(problem).toMatchObject({ code: 'corrupt_media', message: expect.stringContaining('no index') })
})

test('a copy that stops before its last picture is corrupt, although its headers are whole', async () => {
  const bytes = await clip('mp4', { size: '640x360', args: [...H264, '-movflags', '+faststart'] })
  const { problem } = await verdictOn(bytes.subarray(0, bytes.length >> 1))
  expect(problem).toMatchObject({ code: 'corrupt_media', message: expect.stringContaining('ends before') })
})

test('a file with sound only has no video', async () => {
  for (const extension of ['m4a', 'mp3', 'wav']) {
    const bytes = await runFfmpeg(extension, ['-f', 'lavfi', '-i', 'sine=duration=1'])
    expect((await verdictOn(bytes)).problem).toMatchObject({ code: 'no_video' })
  }
})

test.each([
  { name: 'a Flash video', extension: 'flv', args: H264, words: 'Flash video' },
  { name: 'a program stream', extension: 'mpg', args: ['-c:v', 'mpeg2video'], words: 'MPEG program stream' },
  { name: 'MPEG-4 Part 2 in MP4', extension: 'mp4', args: ['-c:v', 'mpeg4'], words: 'MPEG-4 Part 2' },
  { name: 'Motion JPEG in MOV', extension: 'mov', args: ['-c:v', 'mjpeg'], words: 'Motion JPEG' },
  { name: 'MPEG-2 in a transport stream', extension: 'ts', args: ['-c:v', 'mpeg2video'], words: 'transport stream' },
])('$name is refused by its name, with what to do', async ({ extension, args, words }) => {
  const { problem } = await verdictOn(await makeClip(extension, { args }))
  expect(problem).toMatchObject({ code: 'unsupported_media', message: expect.stringContaining(words) })
  expect(problem?.message).toContain('Convert it to MP4')
})

test('what is no video at all is called what it is', async () => {
  const jpeg = await runFfmpeg('jpg', ['-f', 'lavfi', '-i', 'testsrc2=duration=1:rate=1', '-frames:v', '1'])
  expect((await verdictOn(jpeg)).problem?.message).toBe('This is a JPEG picture, not a video.')
  const noise = crypto.getRandomValues(new Uint8Array(30_000))
  expect((await verdictOn(noise)).problem).toMatchObject({ code: 'unsupported_media' })
  expect((await verdictOn(new Uint8Array([1]))).problem).toMatchObject({ code: 'unsupported_media' })
})

test('bytes changed anywhere in the headers give facts or a problem, never a crash', async () => {
  const bytes = await clip('mp4', { args: [...H264, '-movflags', '+faststart'] })
  for (let at = 0; at < 1500; at += 7) {
    const damaged = bytes.slice()
    damaged[at] = (damaged[at] ?? 0) ^ 0xff
    const { facts, problem } = await verdictOn(damaged)
    expect(facts === null).toBe(problem !== null)
  }
})

test('a manifest is not followed to the addresses it names', async () => {
  const manifest = new TextEncoder().encode('#EXTM3U\n#EXTINF:4,\nhttp://169.254.169.254/secret.ts\n#EXT-X-ENDLIST\n')
  expect((await verdictOn(manifest)).problem).toMatchObject({ code: 'unsupported_media' })
})

test('a store that fails is reported as such, not blamed on the file', async () => {
  const failure = new AppError('unavailable', 'down')
  // `ftyp`, then an `mdat` of a gigabyte: whatever comes after it has to be fetched separately.
  const start = Buffer.concat([whole.subarray(0, 32), Buffer.from('\0\0\0\x01mdat\0\0\0\0\x3b\x9a\xc9\xe0', 'latin1')])
  const read = async (from: number, to: number) => {
    if (from > 0) throw failure
    const bytes = new Uint8Array(to)
    bytes.set(start)
    return bytes
  }
  await expect(readContainer({ bytes: 1_000_001_000, read })).rejects.toBe(failure)
})

/** Sets the display matrix of the first track to a quarter turn clockwise (ISO 14496-12, 8.3.2), as phones do. */
function turnQuarter(bytes: Uint8Array<ArrayBuffer>): Uint8Array {
  const matrixAt = Buffer.from(bytes).indexOf('tkhd') + 4 + 40
  const view = new DataView(bytes.buffer)
  const matrix = [0, 0x10000, 0, -0x10000, 0, 0, 90 << 16, 0, 0x40000000]
  matrix.forEach((value, index) => {
    view.setInt32(matrixAt + 4 * index, value)
  })
  return bytes
}

function counted(bytes: Uint8Array) {
  let total = 0
  return {
    readBytes: () => total,
    read: async (start: number, end: number) => {
      total += end - start
      return bytes.subarray(start, end)
    },
  }
}
