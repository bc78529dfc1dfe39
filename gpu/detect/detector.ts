import type { InferenceBackend, ModelSession } from '#gpu/inference/backend.ts'
import type { Tensor } from '#gpu/inference/tensor.ts'
import { type FrameLayout, lumaBytes } from '#gpu/media/frames.ts'
import type { YuvColour } from '#gpu/onnx/yuv-graph.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { Affine, Detection } from '#lib/core/tracking/types.ts'
import { COCO_CLASSES } from './coco-classes.ts'
import { type ClassWanted, decodeHead } from './decode-head.ts'
import { anchorCount, wrapDetector } from './detector-graph.ts'
import type { DetectorModel } from './detector-model.ts'
import type { Letterbox } from './letterbox.ts'
import { suppress } from './suppress.ts'

/** What is seen in one frame. */
export interface Seen {
  /** Best first, in pixels of the displayed frame. */
  readonly detections: readonly Detection[]
  /** Camera motion since the frame before, where the detector measures it; see `FrameDetections`. */
  readonly camera?: Affine | undefined
}

export interface Detector {
  /** The frames it takes: the letterbox's content, 8-bit 4:2:0. */
  readonly layout: FrameLayout
  /** Whether it measures camera motion itself. */
  readonly measuresCamera: boolean
  /** What is seen in the first frames of a batch, as many as there are times (seconds). Batches come in order. The buffer is used up. */
  detect(buffer: ArrayBuffer, timesS: readonly number[]): Promise<Seen[]>
  close(): Promise<void>
}

export interface DetectorPlan {
  readonly model: DetectorModel
  readonly network: Uint8Array
  readonly batch: number
  readonly letterbox: Letterbox
  readonly colour: YuvColour
  /** Names of COCO classes. */
  readonly classes: readonly ClassWanted[]
  readonly iouThreshold: number
  readonly signal: AbortSignal
}

/** Binds a network to a device and one batch shape. Throws `out_of_memory` or `inference_failed`. */
export async function openDetector(plan: DetectorPlan, backend: InferenceBackend): Promise<Detector> {
  const { model, letterbox, batch, classes } = plan
  const session = await openSession(plan, backend)
  const layout: FrameLayout = { batch, ...letterbox.content }
  const frameSize = (4 + classes.length) * anchorCount(letterbox.input)
  return {
    layout,
    measuresCamera: false,
    async detect(buffer, timesS) {
      const answer = await runSession(session, planeTensors(buffer, layout), plan.signal)
      return timesS.map((_, index) => {
        const frame = answer.subarray(index * frameSize, (index + 1) * frameSize)
        return { detections: suppress(decodeHead(frame, model.head, letterbox, classes), plan.iouThreshold) }
      })
    },
    close: () => session.close(),
  }
}

async function openSession(plan: DetectorPlan, backend: InferenceBackend): Promise<ModelSession> {
  const { batch, letterbox, colour, model } = plan
  const { head, pixels } = model
  const classes = plan.classes.map(({ name }) => COCO_CLASSES.indexOf(name))
  try {
    const bytes = wrapDetector(plan.network, { batch, letterbox, colour, pixels, head, classes })
    const session = await backend.openModel({ bytes })
    if (plan.signal.aborted) await session.close()
    plan.signal.throwIfAborted()
    return session
  } catch (cause) {
    plan.signal.throwIfAborted()
    if (cause instanceof AppError) throw cause
    throw new AppError('inference_failed', `${model.name} could not be loaded on ${backend.provider}.`, { cause })
  }
}

function planeTensors(buffer: ArrayBuffer, layout: FrameLayout): Record<string, Tensor> {
  const { batch, width, height } = layout
  const luma = batch * lumaBytes(layout)
  return {
    y: { data: new Uint8Array(buffer, 0, luma), dims: [batch, 1, height, width] },
    uv: { data: new Uint8Array(buffer, luma), dims: [batch, 2, height / 2, width / 2] },
  }
}

async function runSession(
  session: ModelSession,
  inputs: Record<string, Tensor>,
  signal: AbortSignal,
): Promise<Float32Array> {
  try {
    const { detections } = await session.run(inputs, { signal })
    if (!(detections?.data instanceof Float32Array)) throw new Error('the detector answers no floats')
    return detections.data
  } catch (cause) {
    signal.throwIfAborted()
    if (cause instanceof AppError) throw cause
    throw new AppError('inference_failed', 'The detector failed on a batch of frames.', { cause })
  }
}
