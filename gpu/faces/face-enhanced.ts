import type { ModelSession } from '#gpu/inference/backend.ts'
import type { Encoder } from '#gpu/media/encoder.ts'
import { WorkerThread } from '#gpu/threads/worker-thread.ts'
import { DETECTOR_SIDE, decodeYunet, type Face, withoutOverlaps } from './decode-yunet.ts'
import { detectorWindows, inFrame } from './face-pictures.ts'
import { FaceTracks } from './face-tracks.ts'
import type { FacesData, FacesReply, FacesRequest, RestoredFace } from './faces-thread.ts'
import { alignFace, type Similarity, scaleOf } from './similarity.ts'

export interface FaceStage extends FacesData {
  readonly detector: ModelSession
  readonly restorer: ModelSession
  readonly signal: AbortSignal
}

const LEAST_SCORE = 0.6
const MOST_FACES = 12
/** Frame pixels to one of the restorer's: below, there is nothing to go by; above, it would only blur. */
const SCALES = { least: 0.09, full: 1, most: 2 } as const

type FacesThread = WorkerThread<FacesRequest, FacesReply>

/** An encoder in whose frames, on their way in, faces are found, restored and pasted back. Closes both networks. */
export function faceEnhanced(encoder: Encoder, stage: FaceStage): Encoder {
  const { layout, colour, side, detector, restorer } = stage
  const thread: FacesThread = new WorkerThread(new URL('./faces-thread.ts', import.meta.url), {
    data: { layout, colour, side } satisfies FacesData,
  })
  const tracks = new FaceTracks()
  return {
    ...encoder,
    async write(buffer, ticks) {
      let current = buffer
      for (let index = 0; index < ticks.length; index++)
        current = await enhanceFrame(current, index, { stage, thread, tracks })
      return encoder.write(current, ticks)
    },
    async close() {
      await Promise.all([thread.close(), detector.close(), restorer.close(), encoder.close()])
    },
  }
}

interface Work {
  readonly stage: FaceStage
  readonly thread: FacesThread
  readonly tracks: FaceTracks
}

/** Answers the same buffer, back from the thread. */
async function enhanceFrame(buffer: ArrayBuffer, index: number, { stage, thread, tracks }: Work): Promise<ArrayBuffer> {
  const looked = await thread.call({ kind: 'look', buffer, index }, [buffer])
  const shown = tracks
    .update(await findFaces(looked.pictures, stage))
    .map(({ landmarks, opacity }) => placed(alignFace(landmarks, stage.side), opacity))
    .filter(({ opacity }) => opacity > 0)
    .sort((a, b) => scaleOf(a.toSquare) - scaleOf(b.toSquare))
    .slice(0, MOST_FACES)
  if (shown.length === 0) return looked.buffer
  const squares = shown.map(({ toSquare }) => toSquare)
  const cropped = await thread.call({ kind: 'crop', buffer: looked.buffer, index, squares }, [looked.buffer])
  const faces: RestoredFace[] = []
  for (const [at, { toSquare, opacity }] of shown.entries()) {
    const picture = cropped.pictures[at]
    if (picture !== undefined) faces.push({ toSquare, opacity, picture: await restore(picture, stage) })
  }
  const pasted = await thread.call({ kind: 'paste', buffer: cropped.buffer, index, faces }, [
    cropped.buffer,
    ...faces.map(({ picture }) => picture.buffer),
  ])
  return pasted.buffer
}

/** Fades out what the restorer has no pixels for. */
function placed(toSquare: Similarity, opacity: number): { toSquare: Similarity; opacity: number } {
  const scale = 1 / scaleOf(toSquare)
  if (scale < SCALES.least) return { toSquare, opacity: 0 }
  const fade = Math.min(1, Math.max(0, (SCALES.most - scale) / (SCALES.most - SCALES.full)))
  return { toSquare, opacity: opacity * fade }
}

async function findFaces(pictures: readonly Float32Array<ArrayBuffer>[], stage: FaceStage): Promise<Face[]> {
  const windows = detectorWindows(stage.layout.width, stage.layout.height)
  const found: Face[] = []
  for (const [index, window] of windows.entries()) {
    const data = pictures[index]
    if (data === undefined) throw new Error('one picture for every window')
    const input = { data, dims: [1, 3, DETECTOR_SIDE, DETECTOR_SIDE] }
    const outputs = await stage.detector.run({ input }, { signal: stage.signal })
    const values = (name: string): ArrayLike<number> => {
      const output = outputs[name]?.data
      if (!(output instanceof Float32Array)) throw new Error(`the detector answers no "${name}"`)
      return output
    }
    // What fills half a window is seen better in the whole frame, where no edge cuts it.
    const mostSide = index === 0 ? Number.POSITIVE_INFINITY : DETECTOR_SIDE / 2
    const whole = decodeYunet(values, LEAST_SCORE).filter(({ box }) => Math.max(box[2], box[3]) <= mostSide)
    found.push(...whole.map((face) => inFrame(face, window)))
  }
  return withoutOverlaps(found)
}

async function restore(picture: Float32Array<ArrayBuffer>, { restorer, side, signal }: FaceStage) {
  const { output } = await restorer.run({ input: { data: picture, dims: [1, 3, side, side] } }, { signal })
  if (!(output?.data instanceof Float32Array)) throw new Error('the restorer answers one picture')
  return output.data
}
