import type { InferenceBackend } from '#gpu/inference/backend.ts'
import type { FrameLayout } from '#gpu/media/frames.ts'
import type { AppearanceModel } from '#gpu/models/osnet.ts'
import type { YuvColour } from '#gpu/onnx/yuv-graph.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { BoundingBox } from '#lib/contracts/geometry.ts'
import { cropPerson } from './crop-person.ts'

/** People at a time; a GPU searches for algorithms once per shape, so it is fixed. */
const BATCH = 8

export interface Appearance {
  /** One vector for each box (pixels of the layout) of a 4:2:0 frame. */
  describe(frame: ArrayBuffer, boxes: readonly BoundingBox[]): Promise<Float32Array[]>
  close(): Promise<void>
}

export interface AppearancePlan {
  readonly model: AppearanceModel
  readonly network: Uint8Array
  readonly layout: FrameLayout
  readonly colour: YuvColour
  readonly signal: AbortSignal
}

/** Binds an appearance network to a device. Throws `inference_failed`. */
export async function openAppearance(plan: AppearancePlan, backend: InferenceBackend): Promise<Appearance> {
  const { model, layout, colour, signal } = plan
  const failed = (cause: unknown): AppError => {
    signal.throwIfAborted()
    return new AppError('inference_failed', `${model.name} cannot be run on ${backend.provider}.`, { cause })
  }
  const session = await backend.openModel({ bytes: plan.network, freeDimensions: { batch: BATCH } }).catch((cause) => {
    throw failed(cause)
  })
  const [input, output] = [session.inputs[0]?.name ?? '', session.outputs[0]?.name ?? '']
  const size = 3 * model.width * model.height

  const describeBatch = async (frame: ArrayBuffer, boxes: readonly BoundingBox[]): Promise<Float32Array[]> => {
    const data = new Float32Array(BATCH * size)
    for (const [index, box] of boxes.entries()) {
      cropPerson(frame, layout, colour, box, model, data.subarray(index * size, (index + 1) * size))
    }
    const dims = [BATCH, 3, model.height, model.width]
    const made = await session.run({ [input]: { data, dims } }, { signal }).catch((cause) => {
      throw failed(cause)
    })
    const vectors = made[output]?.data
    if (!(vectors instanceof Float32Array)) throw failed(new Error('it answers no floats'))
    const { components } = model
    return boxes.map((_, index) => vectors.slice(index * components, (index + 1) * components))
  }
  return {
    async describe(frame, boxes) {
      const vectors: Float32Array[] = []
      for (let first = 0; first < boxes.length; first += BATCH) {
        vectors.push(...(await describeBatch(frame, boxes.slice(first, first + BATCH))))
      }
      return vectors
    },
    close: () => session.close(),
  }
}
