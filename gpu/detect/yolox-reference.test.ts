import { readFile } from 'node:fs/promises'
import { expect, it, onTestFinished } from 'vitest'
import { ortBackend } from '#gpu/inference/ort-backend.ts'
import { YOLOX } from '#gpu/models/yolox.ts'
import { SHARED_DIR, shared } from '#gpu/testing/clips.ts'
import { wrapDetector } from './detector-graph.ts'
import { fitInto } from './letterbox.ts'

const SIDE = 416
const ANCHORS = 3549
const [PERSON, BALL] = [0, 32]

it('yolox_nano says the same wrapped for video as the published file does of the same pixels', async ({ skip }) => {
  const weights = shared('weights/yolox_nano.onnx')
  if (weights === undefined) return skip(`no weights in ${SHARED_DIR}`)
  const network = new Uint8Array(await readFile(weights))
  const backend = ortBackend('cpu', 1)
  const { head, pixels, placement } = YOLOX.yolox_nano
  const letterbox = fitInto({ width: SIDE, height: SIDE }, { width: SIDE, height: SIDE }, placement)
  const wrapped = await backend.openModel({
    bytes: wrapDetector(network, {
      batch: 1,
      letterbox,
      colour: { matrix: 'bt601', fullRange: true },
      pixels,
      head,
      classes: [PERSON, BALL],
    }),
  })
  onTestFinished(() => wrapped.close())
  const published = await backend.openModel({ bytes: network })
  onTestFinished(() => published.close())

  // Blobs of light on grey: without colour, every plane of BGR is the luma itself.
  const luma = Uint8Array.from({ length: SIDE * SIDE }, (_, at) => {
    const [x, y] = [at % SIDE, Math.floor(at / SIDE)]
    return 128 + 90 * Math.sin(x / 17 + Math.sin(y / 31)) * Math.cos(y / 23)
  })
  const planes = new Float32Array(3 * SIDE * SIDE)
  for (const channel of [0, 1, 2]) planes.set(luma, channel * SIDE * SIDE)
  const { output } = await published.run({ images: { data: planes, dims: [1, 3, SIDE, SIDE] } })
  const { detections } = await wrapped.run({
    y: { data: luma, dims: [1, 1, SIDE, SIDE] },
    uv: { data: new Uint8Array((SIDE * SIDE) / 2).fill(128), dims: [1, 2, SIDE / 2, SIDE / 2] },
  })
  const [raw, made] = [output?.data as Float32Array, detections?.data as Float32Array]
  expect(made).toHaveLength(6 * ANCHORS)
  let worst = 0
  for (let anchor = 0; anchor < ANCHORS; anchor++) {
    const at = (row: number) => raw[anchor * 85 + row] ?? Number.NaN
    const expected = [at(0), at(1), at(2), at(3), at(4) * at(5 + PERSON), at(4) * at(5 + BALL)]
    for (const [row, value] of expected.entries()) {
      worst = Math.max(worst, Math.abs((made[row * ANCHORS + anchor] ?? Number.NaN) - value))
    }
  }
  expect(worst).toBeLessThan(1e-3)
})
