import { type Appearance, openAppearance } from '#gpu/detect/appearance.ts'
import { chooseInput } from '#gpu/detect/choose-input.ts'
import { type Detector, openDetector } from '#gpu/detect/detector.ts'
import { motionDetector } from '#gpu/detect/motion/motion-detector.ts'
import type { FrameLayout } from '#gpu/media/frames.ts'
import { OSNET } from '#gpu/models/osnet.ts'
import type { TaskContext } from '#gpu/tasks/task-handler.ts'
import type { TrackParams } from '#lib/contracts/tasks/track.ts'
import type { TrackPlan } from './plan-track.ts'

/** On a CPU a batch only spoils its caches: 4 frames of 768x576 took 47.6 ms each, one alone 36.2. */
const GPU_BATCH = 8

export async function openVideoDetector(
  { network, classes, colour, probe }: TrackPlan,
  params: TrackParams,
  { backend, signal }: TaskContext,
): Promise<Detector> {
  if (network === undefined) return motionDetector(probe, classes)
  const batch = backend.provider === 'cpu' ? 1 : GPU_BATCH
  return openDetector(
    {
      model: network.model,
      network: network.bytes,
      ...chooseInput(network.model, network.bytes, probe, batch),
      colour: colour.yuv,
      classes,
      iouThreshold: params.iou_threshold,
      signal,
    },
    backend,
  )
}

/** `undefined` when nobody asked for looks. */
export async function openVideoAppearance(
  { appearance, colour }: TrackPlan,
  layout: FrameLayout,
  { backend, signal }: TaskContext,
): Promise<Appearance | undefined> {
  if (appearance === undefined) return undefined
  return openAppearance({ model: OSNET, network: appearance, layout, colour: colour.yuv, signal }, backend)
}
