import type { ScenesSummary } from '#lib/contracts/products.ts'
import { DetectScenesResult, type Scene, ScenesFile } from '#lib/contracts/tasks/detect-scenes.ts'
import { dataAs, keyOf, pieceAs, UnusableData, walkData } from './read-data.ts'
import { parse } from './split-json.ts'

const OPENED = new Set(['$', '$.scenes', '$.scores', '$.times'])
const MAX_SCENES = 10_000

/**
 * Reads a scenes file in bounded memory: scenes that follow each other without a gap and cover every frame, a score and a rising time for
 * each. Throws UnusableData.
 */
export async function readScenesFile(chunks: AsyncIterable<string>): Promise<ScenesSummary> {
  const header: Record<string, unknown> = {}
  const scenes: Scene[] = []
  const counts = { scores: 0, times: 0 }
  let lastTime = Number.NEGATIVE_INFINITY
  await walkData(chunks, OPENED, (piece) => {
    if (piece.kind === 'value') header[keyOf(piece.path)] = parse(piece.text)
    if (piece.kind !== 'elements') return
    if (piece.path === '$.scenes') scenes.push(...pieceAs(ScenesFile.shape.scenes, piece.text, 'scenes'))
    if (scenes.length > MAX_SCENES) throw new UnusableData(`it holds more than ${MAX_SCENES} scenes`)
    if (piece.path === '$.scores') counts.scores += pieceAs(ScenesFile.shape.scores, piece.text, 'scores').length
    if (piece.path === '$.times') {
      const times = pieceAs(ScenesFile.shape.times, piece.text, 'times')
      for (const time of times) {
        if (time < lastTime) throw new UnusableData('its times go back')
        lastTime = time
      }
      counts.times += times.length
    }
  })
  const result = dataAs(DetectScenesResult, { ...header, scenes }, 'header')
  const frames = result.scenes.at(-1)?.end_frame ?? 0
  const gap = result.scenes.find(({ start_frame, end_frame }, index) => {
    return start_frame !== (result.scenes[index - 1]?.end_frame ?? 0) || end_frame <= start_frame
  })
  if (gap) throw new UnusableData(`the scene at frame ${gap.start_frame} does not follow the one before`)
  if (result.total_scenes !== result.scenes.length)
    throw new UnusableData(`it promises ${result.total_scenes} scenes and holds ${result.scenes.length}`)
  if (counts.scores !== frames || counts.times !== frames)
    throw new UnusableData(`${counts.scores} scores and ${counts.times} times for ${frames} frames`)
  return { ...result, frames }
}
