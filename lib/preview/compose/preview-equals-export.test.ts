import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ffmpeg } from '#gpu/testing/clips.ts'
import { render } from '#gpu/testing/render.ts'
import type { HighlightRegion } from '#lib/contracts/tasks/render.ts'
import type { FrameSize } from '#lib/core/render/frame-size.ts'
import type { SceneSpec } from '#lib/core/render/scene.ts'
import { type ChromiumPage, openChromium } from '#lib/preview/testing/open-chromium.ts'

const ENTRY = new URL('../testing/compose-in-page.ts', import.meta.url).pathname
const SOURCE = { width: 640, height: 360 }
const FRAMES = 45
/** Two thirds of a second apart and next to each other, from the first to the last. */
const WANTED = [0, 1, 2, 6, 12, 13, 19, 22, 29, 30, 31, 37, 43, 44]
/** Peak signal-to-noise ratio in dB; what nobody can tell apart is above 45. */
const LOSSLESS_DB = 45
const PRESET_DB = 35

const crop = [
  { frame: 0, x: 10.4, y: 0, width: 202.5, height: 360 },
  { frame: 20, x: 401.7, y: 61.3, width: 151.875, height: 270 },
  { frame: 29, x: 330.2, y: 0, width: 202.5, height: 360 },
  { frame: 30, x: 40, y: 20, width: 135, height: 240, cut: true },
  { frame: 44, x: 90, y: 100.5, width: 135, height: 240 },
]
const region = (x: number, opacity = 1): HighlightRegion => ({
  start_frame: 3,
  end_frame: 43,
  opacity,
  keyframes: [
    { frame: 3, x, y: 180, radius_x: 40, radius_y: 80 },
    { frame: 40, x: x + 160, y: 150, radius_x: 60, radius_y: 110 },
  ],
})
const vertical = { width: 270, height: 480 }

/** One per effect, with a window that moves and zooms, a still one and none. */
const PROJECTS: Record<string, Pick<SceneSpec, 'output' | 'crop' | 'highlight'>> = {
  'a moving, zooming and jumping crop with a spotlight': {
    output: vertical,
    crop,
    highlight: { effect: 'spotlight', regions: [region(120)] },
  },
  'blur around two players, whole picture': {
    output: SOURCE,
    highlight: { effect: 'blur', regions: [region(100), region(350, 0.7)] },
  },
  'a ring in a square on blurred bars': {
    output: { width: 360, height: 360 },
    crop: [{ frame: 0, x: 0, y: 0, ...SOURCE }],
    highlight: { effect: 'ring', regions: [region(200)] },
  },
}

let folder: string
let source: string
let turned: string
let chromium: ChromiumPage

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reelballers-preview-'))
  source = join(folder, 'moving.mp4')
  turned = join(folder, 'turned.mp4')
  const moving = 'testsrc2=s=640x360:r=30:d=1.5,noise=alls=6:allf=t,format=yuv420p'
  await ffmpeg('-f', 'lavfi', '-i', moving, '-c:v', 'libx264', '-crf', '18', '-bf', '2', source)
  // ffmpeg 6 and newer know the option, older ones the tag.
  await ffmpeg('-display_rotation', '90', '-i', source, '-c', 'copy', turned).catch(() =>
    ffmpeg('-i', source, '-c', 'copy', '-metadata:s:v:0', 'rotate=90', turned),
  )
  chromium = await openChromium(ENTRY, {
    'moving.mp4': source,
    'turned.mp4': turned,
    'compose-worker.ts': join(import.meta.dirname, 'compose-worker.ts'),
  })
}, 60_000)
afterAll(async () => {
  await chromium?.close()
  await rm(folder, { recursive: true, force: true })
})

/** Planar 4:2:0 frames of a file, as ffmpeg decodes them. */
async function frames(path: string, { width, height }: FrameSize): Promise<Uint8Array[]> {
  const raw = await ffmpeg('-i', path, '-fps_mode', 'passthrough', '-pix_fmt', 'yuv420p', '-f', 'rawvideo', '-')
  const bytes = width * height + 2 * Math.ceil(width / 2) * Math.ceil(height / 2)
  return Array.from({ length: raw.length / bytes }, (_, index) => raw.subarray(index * bytes, (index + 1) * bytes))
}

function psnr(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length)
  const squares = a.reduce((sum, value, index) => sum + (value - (b[index] ?? 0)) ** 2, 0)
  return squares === 0 ? 99 : 10 * Math.log10(255 ** 2 / (squares / a.length))
}

async function preview(name: string, spec: SceneSpec): Promise<Uint8Array[]> {
  const composed = await chromium.page.evaluate(
    ([url, scene, wanted]) => composingPage.composeFrames(url, scene, wanted),
    [name, spec, WANTED] as const,
  )
  // Anything else would compare a canvas' colours, which are close whatever the geometry does.
  expect(composed.every(({ isExact }) => isExact)).toBe(true)
  return composed.map(({ planes }) => Uint8Array.from(Buffer.from(planes, 'base64')))
}

async function worst(name: string, file: string, spec: SceneSpec, quality: 'lossless' | 'low'): Promise<number> {
  const { crop, highlight, output } = spec
  const [{ video }, shown] = [await render(file, { crop, highlight, output, quality }), await preview(name, spec)]
  const exported = await frames(video, output)
  expect(exported).toHaveLength(FRAMES)
  const each = WANTED.map((frame, index) => psnr(exported[frame] ?? new Uint8Array(), shown[index] ?? new Uint8Array()))
  console.info(
    `${quality} export against preview: ${Math.min(...each).toFixed(1)} dB at worst, ${WANTED.length} frames`,
  )
  return Math.min(...each)
}

describe.each(Object.entries(PROJECTS))('%s', (_, project) => {
  const spec: SceneSpec = { source: SOURCE, matrix: 'bt601', ...project }

  test('is shown as it is exported', async () => {
    expect(await worst('moving.mp4', source, spec, 'lossless')).toBeGreaterThan(LOSSLESS_DB)
  }, 60_000)

  test('is shown as it is exported with the smallest preset', async () => {
    expect(await worst('moving.mp4', source, spec, 'low')).toBeGreaterThan(PRESET_DB)
  }, 60_000)
})

test('a phone held upright: the turned picture is cropped as the export crops it', async () => {
  const upright = { width: 360, height: 640 }
  const output = { width: 270, height: 480 }
  const crops = [
    { frame: 0, x: 0, y: 0, width: 270, height: 480 },
    { frame: 44, x: 90, y: 160, width: 270, height: 480 },
  ]
  const spec: SceneSpec = { source: upright, output, crop: crops, matrix: 'bt601' }
  expect(await worst('turned.mp4', turned, spec, 'lossless')).toBeGreaterThan(LOSSLESS_DB)
}, 60_000)

test('a canvas shows the composed frame in its own colours', async () => {
  const spec: SceneSpec = { source: SOURCE, matrix: 'bt601', output: vertical, crop }
  const { video } = await render(source, { crop, output: vertical })
  const shown = await chromium.page.evaluate((scene) => composingPage.drawFrame('moving.mp4', scene, 12), spec)
  const rgba = await ffmpeg(
    '-i',
    video,
    '-vf',
    'select=eq(n\\,12)',
    '-frames:v',
    '1',
    '-pix_fmt',
    'rgba',
    '-f',
    'rawvideo',
    '-',
  )
  // Chroma is enlarged in different ways, so they are alike, not equal; a wrong matrix or range is below 25 dB.
  expect(psnr(Uint8Array.from(Buffer.from(shown, 'base64')), rgba)).toBeGreaterThan(30)
}, 60_000)

test('a canvas keeps up by leaving frames out, ends on the last one, and shows a changed scene without another frame', async () => {
  const spec: SceneSpec = { source: SOURCE, matrix: 'bt601', output: vertical, crop }
  const dark = {
    ...spec,
    highlight: { effect: 'spotlight' as const, regions: [{ ...region(600), start_frame: 0, end_frame: 99 }] },
  }
  const { drawn, before, after } = await chromium.page.evaluate(
    ([scene, other]) => composingPage.playToCanvas('moving.mp4', scene, other),
    [spec, dark] as const,
  )
  expect(drawn.at(-1)).toBe(FRAMES - 1)
  expect(drawn).toEqual([...new Set(drawn)].sort((a, b) => a - b))
  const brightness = ([red = 0, green = 0, blue = 0]: number[]) => red + green + blue
  expect(brightness(before)).toBeGreaterThan(brightness(after))
}, 60_000)

test('the comparison notices a crop that is half a pixel off', async () => {
  const spec: SceneSpec = { source: SOURCE, matrix: 'bt601', output: vertical, crop }
  const [{ video }, shown] = [
    await render(source, { crop, output: vertical }),
    await preview('moving.mp4', { ...spec, crop: crop.map((keyframe) => ({ ...keyframe, x: keyframe.x + 0.5 })) }),
  ]
  const exported = await frames(video, vertical)
  const each = WANTED.map((frame, index) => psnr(exported[frame] ?? new Uint8Array(), shown[index] ?? new Uint8Array()))
  expect(Math.min(...each)).toBeLessThan(LOSSLESS_DB - 5)
}, 60_000)
