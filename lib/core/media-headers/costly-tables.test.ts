import { beforeAll, expect, test } from 'vitest'
import { makeClip } from '#lib/local/test-clips.ts'
import { readContainer } from './read-container.ts'

/** With pictures shown in another order than stored, so that there are composition offsets. */
const REORDERED = ['-c:v', 'libx264', '-preset', 'fast', '-bf', '2']
const FOUR_THOUSAND_MILLION = 4_000_000_000
const MIB = 1024 ** 2

let plain: Uint8Array<ArrayBuffer>
let reordered: Uint8Array<ArrayBuffer>
let fragmented: Uint8Array<ArrayBuffer>
beforeAll(async () => {
  const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast']
  plain = await makeClip('mp4', { args: h264, audio: true })
  reordered = await makeClip('mov', { args: REORDERED })
  fragmented = await makeClip('mp4', { args: [...h264, '-movflags', 'frag_keyframe+empty_moov+default_base_moof'] })
})

function verdictOn(bytes: Uint8Array, claimedBytes = bytes.length) {
  const read = async (start: number, end: number) => {
    const range = new Uint8Array(end - start)
    range.set(bytes.subarray(start, end))
    return range
  }
  return readContainer({ bytes: claimedBytes, read })
}

/** With these 32-bit words after the first box of this type; `at` counts from the box's content. */
function patched(bytes: Uint8Array, type: string, words: readonly { at: number; value: number }[]): Uint8Array {
  const copy = Buffer.from(bytes)
  const box = copy.indexOf(type)
  expect(box).toBeGreaterThan(0)
  for (const { at, value } of words) copy.writeUInt32BE(value, box + 4 + at)
  return copy
}

const impossible = { code: 'corrupt_media', message: expect.stringContaining('room for') }

test('the clips as they are can be read', async () => {
  for (const bytes of [plain, reordered, fragmented]) expect((await verdictOn(bytes)).facts?.frames).toBe(60)
})

test.each([
  { name: 'stts', words: [{ at: 8, value: FOUR_THOUSAND_MILLION }] },
  { name: 'ctts', words: [{ at: 8, value: FOUR_THOUSAND_MILLION }] },
  {
    name: 'stsz',
    words: [
      { at: 4, value: 1 },
      { at: 8, value: FOUR_THOUSAND_MILLION },
    ],
  },
  { name: 'stsc', words: [{ at: 8, value: FOUR_THOUSAND_MILLION }] },
  { name: 'stsc', words: [{ at: 12, value: FOUR_THOUSAND_MILLION }] },
])(
  'a small file whose $name claims thousands of millions is refused without counting them',
  async ({ name, words }) => {
    const { problem } = await verdictOn(patched(reordered, name, words))
    expect(problem).toMatchObject(impossible)
  },
)

test('a table longer than its box, or one where no table belongs, is refused', async () => {
  const longer = patched(reordered, 'stts', [{ at: 4, value: 1000 }])
  expect((await verdictOn(longer)).problem).toMatchObject(impossible)
  const outgrown = Buffer.from(reordered)
  const minf = outgrown.indexOf('minf') - 4
  outgrown.writeUInt32BE(outgrown.readUInt32BE(minf) + 1000, minf)
  expect((await verdictOn(outgrown)).problem).toMatchObject(impossible)
  const hidden = Buffer.from(reordered)
  hidden.write('stts', hidden.indexOf('avcC'), 'latin1')
  expect((await verdictOn(hidden)).problem).toMatchObject(impossible)
})

test('a run of a fragmented file that claims any number of samples without fields is refused', async () => {
  const endless = patched(fragmented, 'trun', [
    { at: 0, value: 0x1 },
    { at: 4, value: FOUR_THOUSAND_MILLION },
  ])
  expect((await verdictOn(endless)).problem).toMatchObject(impossible)
})

test('more samples than anyone records are refused even where the file is large enough for them', async () => {
  const many = patched(plain, 'stts', [{ at: 8, value: 3_000_000 }])
  const { problem } = await verdictOn(many, 100 * MIB)
  expect(problem).toMatchObject({ code: 'unsupported_media', message: expect.stringContaining('too large') })
})

test('sound without compression may have more samples than pictures ever would', async () => {
  const bytes = await makeClip('mov', {
    seconds: 50,
    fps: 1,
    audio: true,
    args: ['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'pcm_s16le', '-ar', '48000'],
  })
  const { facts } = await verdictOn(bytes)
  expect(facts).toMatchObject({ frames: 50, audio_codec: 'pcm-s16' })
})
