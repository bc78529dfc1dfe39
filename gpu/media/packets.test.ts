import { readFile, writeFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { picture, X264 } from '#gpu/testing/clips.ts'
import { clip } from '#gpu/testing/upscale.ts'
import { readPackets } from './packets.ts'
import { probeFile } from './probe.ts'

const LIMITS = { wallS: 30 }
const packetsOf = async (path: string) => readPackets(await probeFile(path), LIMITS)

it('counts the frames of an AVI whose clock ticks twice a frame', async () => {
  const path = await clip(
    'reordered.avi',
    ...picture('64x48', 50),
    '-c:v',
    'libx264',
    '-bf',
    '2',
    '-pix_fmt',
    'yuv420p',
  )
  expect(await packetsOf(path)).toMatchObject({ shown: 50 })
})

it.each(['mp4', 'avi'])('refuses a cut-off %s, saying how much is there', async (kind) => {
  const whole = await clip(`whole.${kind}`, ...picture('320x240', 100), ...X264, '-movflags', '+faststart')
  const bytes = await readFile(whole)
  const cut = `${whole}.cut.${kind}`
  await writeFile(cut, bytes.subarray(0, Math.floor(bytes.length / 4)))
  await expect(packetsOf(cut)).rejects.toMatchObject({ code: 'corrupt_media' })
})
