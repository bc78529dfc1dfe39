import { expect, it, vi } from 'vitest'
import { childProcesses } from '#gpu/testing/render.ts'
import type { ColourPlan } from './decode-plan.ts'
import { type LivePicturesOptions, livePictures } from './live-pictures.ts'

const COLOUR: ColourPlan = {
  yuv: { matrix: 'bt709', fullRange: false },
  tags: { space: 'bt709', transfer: 'bt709', primaries: 'bt709' },
  conversion: 'none',
}
const layout = { batch: 4, width: 640, height: 480 }
const frame = () => new Uint8Array((layout.width * layout.height * 3) / 2).fill(128)
const open = (overrides: Partial<LivePicturesOptions> = {}) =>
  livePictures({
    wanted: true,
    intervalMs: 0,
    colour: COLOUR,
    signal: new AbortController().signal,
    onPicture: () => undefined,
    ...overrides,
  })

it('makes one picture at a time, however fast frames come, and waits for the last', async () => {
  const [copied, onPicture] = [vi.fn(frame), vi.fn()]
  const pictures = open({ onPicture })
  for (let shown = 0; shown < 20; shown += 1) pictures.show(copied, layout)
  expect(await childProcesses()).toHaveLength(1)
  await pictures.close()
  expect(await childProcesses()).toEqual([])
  expect(copied).toHaveBeenCalledTimes(1)
  expect(onPicture.mock.calls.map(([jpeg]) => [...(jpeg as Uint8Array).subarray(0, 2)])).toEqual([[0xff, 0xd8]])
  pictures.show(copied, layout)
  expect(copied).toHaveBeenCalledTimes(1)
})

it('makes the next when the last is done and its time has come', async () => {
  const onPicture = vi.fn()
  const often = open({ onPicture })
  await vi.waitFor(() => {
    often.show(frame, layout)
    expect(onPicture.mock.calls.length).toBeGreaterThan(2)
  })
  await often.close()
  const first = vi.fn()
  const seldom = open({ onPicture: first, intervalMs: 60_000 })
  await vi.waitFor(() => {
    seldom.show(frame, layout)
    expect(first).toHaveBeenCalled()
  })
  seldom.show(frame, layout)
  await seldom.close()
  expect(first).toHaveBeenCalledTimes(1)
})

it('makes none when nobody watches', async () => {
  const copied = vi.fn(frame)
  open({ wanted: false }).show(copied, layout)
  expect(copied).not.toHaveBeenCalled()
})

it('leaves nothing running when the job is stopped', async () => {
  const [stop, onPicture] = [new AbortController(), vi.fn()]
  const pictures = open({ signal: stop.signal, onPicture })
  pictures.show(frame, layout)
  stop.abort()
  await pictures.close()
  expect(await childProcesses()).toEqual([])
  expect(onPicture).not.toHaveBeenCalled()
})
