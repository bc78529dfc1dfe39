import type { Camera } from './camera.ts'
import { Canvas } from './canvas.ts'
import { drawPlay, finish } from './draw-match.ts'
import { drawGround } from './pitch.ts'
import type { FilmedMatch } from './scenarios.ts'

/** Draws a filmed match frame by frame as packed rgb24. A camera that stands still looks at one picture of the ground. */
export function* drawFilmed({ moments, cameras, widthPx, heightPx }: FilmedMatch): Generator<Buffer> {
  let ground: { camera: Camera; canvas: Canvas } | undefined
  for (const [frame, moment] of moments.entries()) {
    const camera = cameras[frame]
    if (camera === undefined) throw new RangeError(`Frame ${frame} has no camera.`)
    if (ground === undefined || !looksAlike(ground.camera, camera)) {
      ground = { camera, canvas: new Canvas(widthPx, heightPx) }
      drawGround(ground.canvas, camera, moment.timeS, 0)
    }
    const canvas = new Canvas(widthPx, heightPx)
    canvas.data.set(ground.canvas.data)
    const spare = moment.spareBall === undefined ? [] : [{ ...moment.spareBall, rolled: 0 }]
    drawPlay(canvas, camera, moment.players, [moment.ball, ...spare], 0)
    yield finish(canvas, frame)
  }
}

function looksAlike(a: Camera, b: Camera): boolean {
  const same = (['x', 'y', 'z'] as const).every((k) => a.position[k] === b.position[k] && a.forward[k] === b.forward[k])
  return same && a.focalPx === b.focalPx
}
