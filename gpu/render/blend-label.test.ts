import { expect, it } from 'vitest'
import { createCompositor, type Label } from '#lib/core/render/compositor.ts'
import { frameBytes } from '#lib/core/render/planar-frame.ts'
import { blendLabel } from './blend-label.ts'

const SIZE = { width: 64, height: 48 }
const bytes = frameBytes(SIZE)

function label(x: number, y: number): Label {
  const size = { width: 20, height: 12 }
  const pixels = Uint8Array.from({ length: frameBytes(size) + 20 * 12 }, (_, i) => (i * 37) % 256)
  return { ...size, x, y, pixels }
}

it.each([
  [10, 8],
  [-6, -4],
  [54, 42],
])('lays a label at %i, %i as the compositor does', async (x, y) => {
  const plan = { source: SIZE, output: SIZE, range: 'limited', sourceSlots: 1, targetSlots: 1, lanes: 1 } as const
  const compositor = await createCompositor({ ...plan, largestLabel: { width: 20, height: 12 } })
  const frame = Uint8Array.from({ length: bytes }, (_, i) => 40 + ((i * 13) % 150))
  compositor.sourceSlot(0).set(frame)
  compositor.compose({ sourceSlot: 0, targetSlot: 0, crop: { x: 0, y: 0, ...SIZE }, label: label(x, y) })
  blendLabel(frame.subarray(0, 64 * 48), frame.subarray(64 * 48), SIZE, label(x, y))
  const expected = compositor.targetSlot(0)
  const worst = Math.max(...frame.map((value, at) => Math.abs(value - (expected[at] ?? 0))))
  expect(worst).toBeLessThanOrEqual(1)
})
