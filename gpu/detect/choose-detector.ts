import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { YOLOV8 } from '#gpu/models/yolov8.ts'
import { YOLOX } from '#gpu/models/yolox.ts'
import type { DetectModel } from '#lib/contracts/tasks/track.ts'
import type { DetectorModel } from './detector-model.ts'

type NetworkName = Exclude<DetectModel, 'motion'>

/** Every detection network by the name the contract gives it. Adding one = one entry. */
export const DETECTORS = { ...YOLOX, ...YOLOV8, yolov8: YOLOV8.yolov8m } as const satisfies Record<
  NetworkName,
  DetectorModel
>

/** What is taken when nothing is asked for: the middle size first, because the largest is three times slower for little. */
const PREFERRED: readonly NetworkName[] = [
  'yolox_m',
  'yolox_x',
  'yolox_s',
  'yolox_tiny',
  'yolox_nano',
  'yolov8m',
  'yolov8x',
  'yolov8n',
]

/** The network asked for, else the best whose weights are there; `undefined` means motion alone. */
export function chooseDetector(asked: DetectModel | undefined, weightsDir: string): DetectorModel | undefined {
  if (asked === 'motion') return undefined
  if (asked !== undefined) return DETECTORS[asked]
  const present = PREFERRED.find((name) => existsSync(join(weightsDir, DETECTORS[name].weights.file)))
  return present && DETECTORS[present]
}
