import type { CropPathSummary } from '#lib/contracts/products.ts'
import { AutoCropResult } from '#lib/contracts/tasks/auto-crop.ts'
import { dataAs, keyOf, pieceAs, UnusableData, walkData } from './read-data.ts'
import { parse } from './split-json.ts'

const OPENED = new Set(['$', '$.crop_keyframes'])
const Keyframes = AutoCropResult.shape.crop_keyframes
const Header = AutoCropResult.omit({ crop_keyframes: true })

/**
 * Reads a crop path in bounded memory: keyframes in order, one per frame, each a rectangle that shows some of the picture; `frames` is the
 * most there can be. Throws UnusableData.
 */
export async function readCropPathFile(chunks: AsyncIterable<string>, frames: number): Promise<CropPathSummary> {
  const header: Record<string, unknown> = {}
  const reach = { right: 0, bottom: 0 }
  let [keyframes, lastFrame] = [0, -1]
  await walkData(chunks, OPENED, (piece) => {
    if (piece.kind === 'value') header[keyOf(piece.path)] = parse(piece.text)
    if (piece.kind !== 'elements') return
    for (const { frame, x, y } of pieceAs(Keyframes, piece.text, 'crop_keyframes')) {
      if (frame <= lastFrame) throw new UnusableData('its keyframes are not in order, one per frame')
      lastFrame = frame
      keyframes += 1
      reach.right = Math.max(reach.right, x)
      reach.bottom = Math.max(reach.bottom, y)
    }
  })
  const result = dataAs(Header, header, 'header')
  if (keyframes === 0) throw new UnusableData('it holds no keyframe')
  if (lastFrame >= frames) throw new UnusableData(`a keyframe is on frame ${lastFrame} of ${frames}`)
  if (reach.right >= result.width || reach.bottom >= result.height)
    throw new UnusableData('a keyframe lies outside the picture')
  return { ...result, keyframes }
}
