import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Rectangle } from '#lib/contracts/geometry.ts'
import { createCompositor, type Highlight } from './compositor.ts'
import type { FrameSize } from './frame-size.ts'
import { frameBytes } from './planar-frame.ts'

const HD = { width: 1920, height: 1080 }
const TALL = { width: 1080, height: 1920 }
const WHOLE = { x: 0, y: 0, ...HD }
const FRAMES = 40

function noise(size: FrameSize): Uint8Array {
  return Uint8Array.from({ length: frameBytes(size) }, (_, i) => 40 + ((Math.imul(i, 2_654_435_761) >>> 24) & 127))
}

/** CPU milliseconds a frame on this thread, the best of several rounds: others may use the machine meanwhile. */
async function cpuPerFrame(
  output: FrameSize,
  crop: (frame: number) => Rectangle,
  highlight?: Highlight,
): Promise<number> {
  const plan = { source: HD, output, range: 'limited', sourceSlots: 1, targetSlots: 1, lanes: 1 } as const
  const compositor = await createCompositor(plan)
  compositor.sourceSlot(0).set(noise(HD))
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 6; round += 1) {
    const before = process.cpuUsage()
    for (let frame = 0; frame < FRAMES; frame += 1)
      compositor.compose({ sourceSlot: 0, targetSlot: 0, crop: crop(frame), highlight })
    const { user, system } = process.cpuUsage(before)
    best = Math.min(best, (user + system) / 1000 / FRAMES)
  }
  return best
}

const highlight = (effect: Highlight['effect']): Highlight => ({
  effect,
  ellipses: [{ x: 900, y: 500, radiusX: 120, radiusY: 220, opacity: 1, presence: 1 }],
})

const moving = (frame: number) => ({ x: 100.3 + 3.7 * frame, y: 0, width: 607.5, height: 1080 })
const zooming = (frame: number) => ({ x: 100.3, y: 0, width: 540 + frame, height: ((540 + frame) * 16) / 9 })

test.each([
  ['framing 608×1080 → 1080×1920', TALL, moving, undefined, 8],
  ['framing with a zoom', TALL, zooming, undefined, 8],
  ['wide fallback', TALL, () => WHOLE, undefined, 12],
  ['spotlight at 1080p', HD, () => WHOLE, highlight('spotlight'), 4],
  ['blur at 1080p', HD, () => WHOLE, highlight('blur'), 12],
  ['ring at 1080p', HD, () => WHOLE, highlight('ring'), 8],
] as const)('%s takes at most its milliseconds', async (name, output, crop, effect, limit) => {
  const took = await cpuPerFrame(output, crop, effect)
  process.stdout.write(`${name}: ${took.toFixed(2)} ms a frame\n`)
  expect(took).toBeLessThan(limit)
})

/** CPU milliseconds a frame that ffmpeg takes for raw frames through a filter. */
function ffmpegCpu(input: string, filter: string): number {
  const times = Array.from({ length: 4 }, () => {
    const size = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', '1920x1080']
    const args = [...size, '-i', input, '-vf', filter, '-f', 'null', '-']
    const { stderr } = spawnSync('ffmpeg', ['-nostdin', '-benchmark', '-stream_loop', '9', ...args], {
      encoding: 'utf8',
    })
    const [, user = 'NaN', system = 'NaN'] = /utime=([\d.]+)s stime=([\d.]+)s/.exec(stderr) ?? []
    return ((Number(user) + Number(system)) * 1000) / 100
  })
  return Math.min(...times)
}

test('framing takes about as much CPU time as ffmpeg’s crop and Lanczos scale, which moves in whole pixels only', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'compositor-'))
  try {
    const input = join(folder, 'frames.yuv')
    const frame = noise(HD)
    await writeFile(input, Buffer.concat(Array.from({ length: 10 }, () => frame)))
    const theirs = ffmpegCpu(input, 'crop=608:1080:100:0,scale=1080:1920:flags=lanczos') - ffmpegCpu(input, 'null')
    const ours = await cpuPerFrame(TALL, moving)
    process.stdout.write(`framing: ${ours.toFixed(2)} ms a frame, ffmpeg ${theirs.toFixed(2)}\n`)
    expect(ours).toBeLessThan(1.5 * theirs)
  } finally {
    await rm(folder, { recursive: true })
  }
})
