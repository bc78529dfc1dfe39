import { join } from 'node:path'
import { expect, it } from 'vitest'
import { peakMemoryMib } from '#gpu/bench/peak-memory.ts'
import { picture, streamFields, X264 } from '#gpu/testing/clips.ts'
import { testFolder } from '#gpu/testing/task-context.ts'
import { clip } from '#gpu/testing/upscale.ts'

const CLI = decodeURIComponent(new URL('../cli.ts', import.meta.url).pathname)

/** Node with its libraries, two encoders' worth of 8K frames (50 MB each) and a tile's activations; a whole frame's alone would be 4 GB. */
const MAX_MIB = 2048

it.each([
  ['reelsr-std', 'h264'],
  ['reelsr-fast', 'hevc'],
])('makes 8K from 4K with %s and %s in bounded memory', async (model, codec) => {
  const input = await clip('in.mp4', ...picture('3840x2160', 2), ...X264)
  const output = join(await testFolder(), 'out.mp4')
  const params = JSON.stringify({ model, codec, scale: 2, quality: 'low', denoise_strength: 0 })
  const peak = await peakMemoryMib(process.execPath, [
    CLI,
    'upscale',
    '--input',
    input,
    '--output',
    output,
    '--params',
    params,
  ])
  console.log(`${model}, ${codec}: 3840x2160 to 7680x4320, peak memory ${peak.toFixed(0)} MiB`)
  expect(await streamFields(output, 'v:0', 'width', 'height', 'nb_frames')).toEqual({
    width: '7680',
    height: '4320',
    nb_frames: '2',
  })
  expect(peak).toBeLessThan(MAX_MIB)
})
