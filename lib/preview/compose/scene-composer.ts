import { type Compositor, createCompositor } from '#lib/core/render/compositor.ts'
import type { FrameSize } from '#lib/core/render/frame-size.ts'
import type { FrameScene } from '#lib/core/render/scene.ts'
import { readPlanes } from './read-planes.ts'
import type { Rotation } from './rotate-planes.ts'

/** What fixes the memory a preview needs. */
export interface ComposerPlan {
  /** Displayed size of the source. */
  readonly source: FrameSize
  readonly output: FrameSize
  readonly range: 'limited' | 'full'
}

/**
 * Shows in the browser what the worker renders, with the same compositor. Holds the last frame it was given, so that a changed scene
 * needs no decoding.
 */
export class SceneComposer {
  readonly plan: ComposerPlan
  readonly #compositor: Compositor
  #held: { readonly timestamp: number; readonly colorSpace: VideoColorSpaceInit } | undefined

  private constructor(plan: ComposerPlan, compositor: Compositor) {
    this.plan = plan
    this.#compositor = compositor
  }

  static async open(plan: ComposerPlan): Promise<SceneComposer> {
    return new SceneComposer(plan, await createCompositor({ ...plan, sourceSlots: 1, targetSlots: 1, lanes: 1 }))
  }

  /**
   * Takes a decoded frame in; the caller still closes it. Answers whether its samples are the decoder's own.
   * @param rotation clockwise, where the frame does not say it itself
   */
  async hold(frame: VideoFrame, rotation?: Rotation): Promise<boolean> {
    const { timestamp } = frame
    const isExact = await readPlanes(frame, this.plan.source, rotation, this.#compositor.sourceSlot(0))
    this.#held = { timestamp, colorSpace: frame.colorSpace.toJSON() }
    return isExact
  }

  /** The held frame composed: planar 4:2:0 of the output's size, valid until the next call. Throws when no frame is held. */
  composePlanes(scene: FrameScene): Uint8Array {
    if (!this.#held) throw new Error('no frame was given to compose')
    this.#compositor.compose({ sourceSlot: 0, targetSlot: 0, crop: scene.crop, highlight: scene.highlight })
    return this.#compositor.targetSlot(0)
  }

  /** The same as a frame that can be drawn; the caller closes it. */
  compose(scene: FrameScene): VideoFrame {
    // A copy: frames are not made of shared memory everywhere.
    const data = this.composePlanes(scene).slice()
    const { width, height } = this.plan.output
    const { timestamp = 0, colorSpace } = this.#held ?? {}
    return new VideoFrame(data, { format: 'I420', codedWidth: width, codedHeight: height, timestamp, colorSpace })
  }
}
