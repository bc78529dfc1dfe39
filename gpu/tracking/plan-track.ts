import { chooseDetector } from '#gpu/detect/choose-detector.ts'
import { COCO_CLASSES } from '#gpu/detect/coco-classes.ts'
import type { ClassWanted } from '#gpu/detect/decode-head.ts'
import { type LoadedDetector, loadDetector } from '#gpu/detect/load-detector.ts'
import { type ColourPlan, planColour } from '#gpu/media/decode-plan.ts'
import type { ToolLimits } from '#gpu/media/ffmpeg.ts'
import { type PacketFacts, readPackets } from '#gpu/media/packets.ts'
import { mediaFacts, type Probe, probeFile } from '#gpu/media/probe.ts'
import { OSNET } from '#gpu/models/osnet.ts'
import { loadWeights } from '#gpu/models/weights.ts'
import { checkInput } from '#gpu/tasks/check-input.ts'
import type { TaskContext } from '#gpu/tasks/task-handler.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { type TrackParams, trackContract } from '#lib/contracts/tasks/track.ts'
import { BALL_CLASS } from '#lib/core/tracking/types.ts'

/** Floor of what the second association may use (ByteTrack, Zhang et al., 2022). */
export const LOW_SCORE = 0.1
/** A ball is a few blurred pixels: detectors are never sure of one. */
const BALL_FLOOR = 0.05

/** Everything decided before the first frame is decoded. */
export interface TrackPlan {
  readonly probe: Probe
  readonly packets: PacketFacts
  readonly colour: ColourPlan
  /** Absent: moving regions are what is tracked. */
  readonly network: LoadedDetector | undefined
  /** Network that tells people apart, when that is asked for. */
  readonly appearance: Uint8Array | undefined
  readonly classes: readonly ClassWanted[]
  readonly tools: ToolLimits
}

/** Reads the input's headers and packets, refuses what must not be worked on, and loads the detector's weights. */
export async function planTrack(
  params: TrackParams,
  { inputPath, config, quoted, signal }: TaskContext,
): Promise<TrackPlan> {
  const unknown = params.classes.find((name) => !COCO_CLASSES.includes(name))
  if (unknown !== undefined)
    throw new AppError('invalid_request', `"${unknown}" is none of the classes detectors know (COCO's 80).`, {
      field: 'params.classes',
    })
  const tools: ToolLimits = { wallS: config.jobWallS }
  const probe = await probeFile(inputPath, signal)
  const packets = await readPackets(probe, tools, signal)
  checkInput(mediaFacts(probe, { ...packets, frames: packets.shown }), trackContract.limits, quoted)
  const model = chooseDetector(params.model, config.weightsDir)
  const network = model && (await loadDetector(config.weightsDir, model))
  const appearance = params.reid ? await loadWeights(config.weightsDir, OSNET.weights, OSNET.name) : undefined
  const classes = [...new Set(params.classes)].map((name) => ({
    name,
    floor: name === BALL_CLASS ? BALL_FLOOR : LOW_SCORE,
  }))
  return { probe, packets, colour: planColour(probe.video), network, appearance, classes, tools }
}
