import { expect, it } from 'vitest'
import { hasHighDepth, planColour } from './decode-plan.ts'
import { displayedSize, type VideoStream } from './probe.ts'

const base = { codedWidth: 1280, codedHeight: 720, pixelFormat: 'yuv420p' }
const unknown = { space: 'unknown', range: 'unknown', transfer: 'unknown', primaries: 'unknown' }
const stream = (overrides: Partial<VideoStream>): VideoStream => ({
  index: 0,
  codec: 'h264',
  sampleAspect: { num: 1, den: 1 },
  rotation: 0,
  timeBase: { num: 1, den: 1000 },
  fps: 25,
  colour: unknown,
  headerFrames: undefined,
  durationS: undefined,
  ...base,
  ...overrides,
})

it('takes unsaid colour as players do, by size, and writes it down', () => {
  expect(planColour(stream({}))).toMatchObject({ yuv: { matrix: 'bt709', fullRange: false }, tags: { space: 'bt709' } })
  expect(planColour(stream({ codedWidth: 640, codedHeight: 480 }))).toMatchObject({
    yuv: { matrix: 'bt601' },
    tags: { space: 'smpte170m' },
  })
})

it('passes BT.601 and full range through untouched', () => {
  const colour = { space: 'bt470bg', range: 'pc', transfer: 'bt470bg', primaries: 'bt470bg' }
  expect(planColour(stream({ colour }))).toEqual({
    yuv: { matrix: 'bt601', fullRange: true },
    tags: { space: 'bt470bg', transfer: 'gamma28', primaries: 'bt470bg' },
    conversion: 'none',
  })
})

it.each(['smpte2084', 'arib-std-b67'])('tone-maps HDR with the transfer %s', (transfer) => {
  const colour = { space: 'bt2020nc', range: 'tv', transfer, primaries: 'bt2020' }
  expect(planColour(stream({ colour }))).toMatchObject({ conversion: 'tone-map', tags: { transfer: 'bt709' } })
})

it('converts other matrices and RGB to BT.709', () => {
  expect(planColour(stream({ colour: { ...unknown, space: 'bt2020nc' } })).conversion).toBe('matrix')
  expect(planColour(stream({ pixelFormat: 'gbrp', colour: { ...unknown, space: 'gbr' } })).conversion).toBe('matrix')
})

it('makes pixels square by enlarging, then turns the frame', () => {
  const size = (overrides: Partial<VideoStream>) => displayedSize(stream(overrides))
  expect(size({ codedWidth: 720, codedHeight: 576, sampleAspect: { num: 16, den: 11 } })).toEqual({
    width: 1047,
    height: 576,
  })
  expect(size({ codedWidth: 200, codedHeight: 112, sampleAspect: { num: 224, den: 225 } })).toEqual({
    width: 200,
    height: 113,
  })
  expect(size({ rotation: 90 })).toEqual({ width: 720, height: 1280 })
  expect(size({ rotation: 180 })).toEqual({ width: 1280, height: 720 })
})

it.each([
  ['yuv420p', false],
  ['yuvj420p', false],
  ['nv12', false],
  ['nv16', false],
  ['rgb565le', false],
  ['yuv420p10le', true],
  ['yuv422p12be', true],
  ['p010le', true],
  ['gbrp16le', true],
  ['rgb48le', true],
])('knows whether %s has more than eight bits', (pixelFormat, expected) => {
  expect(hasHighDepth({ pixelFormat })).toBe(expected)
})
