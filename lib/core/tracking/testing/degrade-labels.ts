import type { Detection, FrameDetections } from '#lib/core/tracking/types.ts'
import type { Random } from './random.ts'
import type { LabelledBox, Labels } from './score-tracks.ts'

/**
 * What a middling detector would have made of a ground truth: sides off by some per cent, people behind others seldom seen and then
 * badly, one in twenty not seen at all, and now and then something that is not there for up to half a second.
 */
export function degradeLabels(truth: Labels, frames: number, fps: number, random: Random): FrameDetections[] {
  const all = [...truth.values()].flat()
  const right = Math.max(...all.map(({ box }) => box[0] + box[2]))
  const bottom = Math.max(...all.map(({ box }) => box[1] + box[3]))
  const middle = (side: 2 | 3) => all.map(({ box }) => box[side]).sort((a, b) => a - b)[all.length >> 1] ?? 1
  const [width, height] = [middle(2), middle(3)]
  let ghosts: { x: number; y: number; left: number }[] = []
  return Array.from({ length: frames }, (_, frame) => {
    const present = truth.get(frame + 1) ?? []
    const detections = present.flatMap(({ box }) => degradeBox(box, present, random))
    ghosts = ghosts.flatMap((ghost) => (ghost.left > 0 ? [{ ...ghost, left: ghost.left - 1 }] : []))
    if (random.uniform() < 0.06) {
      const left = 1 + Math.floor(11 * random.uniform())
      ghosts.push({ x: random.uniform() * (right - width), y: random.uniform() * (bottom - height), left })
    }
    for (const { x, y } of ghosts) {
      const size = () => 0.7 + 0.6 * random.uniform()
      const box = [x + 2 * random.normal(), y + 2 * random.normal(), width * size(), height * size()] as const
      detections.push(toDetection(box, 0.15 + 0.6 * random.uniform()))
    }
    return { frame, timeS: frame / fps, detections }
  })
}

function degradeBox(box: LabelledBox['box'], present: readonly LabelledBox[], random: Random): Detection[] {
  const [x, y, width, height] = box
  const hidden = Math.max(
    0,
    ...present.map(({ box: other }) => {
      if (other[1] + other[3] <= y + height) return 0
      const wide = Math.min(x + width, other[0] + other[2]) - Math.max(x, other[0])
      const high = Math.min(y + height, other[1] + other[3]) - Math.max(y, other[1])
      return wide > 0 && high > 0 ? (wide * high) / (width * height) : 0
    }),
  )
  if (random.uniform() < Math.min(0.97, 0.06 + 0.9 * Math.max(0, hidden - 0.25))) return []
  const score = Math.min(0.99, Math.max(0.12, random.beta(9, 2) - 0.75 * hidden))
  const off = () => (0.04 + 0.08 * hidden) * random.normal()
  return [toDetection([x + off() * width, y + off() * height, width * (1 + off()), height * (1 + off())], score)]
}

function toDetection([x, y, width, height]: LabelledBox['box'], score: number): Detection {
  return { box: [x, y, x + width, y + height], score, className: 'person' }
}
