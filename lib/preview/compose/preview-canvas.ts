import type { SceneSpec } from '#lib/core/render/scene.ts'
import type { ComposeNews, ComposeOrder } from './compose-messages.ts'
import type { Rotation } from './rotate-planes.ts'
import type { ComposerPlan } from './scene-composer.ts'

export interface PreviewEvents {
  /** A frame is on the canvas; `elapsedMs` is what composing it took. */
  readonly onDrawn?: (frame: { readonly index: number; readonly isExact: boolean; readonly elapsedMs: number }) => void
  /** A frame could not be composed; the next may. Also when the worker cannot be loaded. */
  readonly onFailed?: (message: string) => void
}

interface Waiting {
  readonly frame: VideoFrame
  readonly index: number
  readonly rotation: Rotation | undefined
}

/**
 * A canvas that shows frames as the export will: a worker composes, the page only passes frames on. When frames come faster than they are
 * composed, the newest waits and those before it are left out. Close it when the canvas goes.
 */
export class PreviewCanvas {
  readonly #worker: Worker
  readonly #events: PreviewEvents
  #isBusy = false
  #waiting: Waiting | undefined

  /** The canvas is the worker's from now on; its size becomes that of the output. */
  constructor(canvas: HTMLCanvasElement, events: PreviewEvents = {}) {
    this.#events = events
    this.#worker = new Worker(new URL('./compose-worker.ts', import.meta.url), { type: 'module' })
    this.#worker.addEventListener('message', ({ data }: MessageEvent<ComposeNews>) => this.#hear(data))
    this.#worker.addEventListener('error', ({ message }) => this.#hear({ kind: 'failed', message }))
    const offscreen = canvas.transferControlToOffscreen()
    this.#order({ kind: 'canvas', canvas: offscreen }, [offscreen])
  }

  /** What is done to frames from now on; the shown one is drawn anew unless a size changed. */
  setScene(spec: SceneSpec, range: ComposerPlan['range']): void {
    this.#order({ kind: 'scene', spec, range })
  }

  /**
   * Takes the frame over. After `setScene`.
   * @param index of the frame in the video, 0-based, in presentation order
   */
  show(frame: VideoFrame, index: number, rotation?: Rotation): void {
    this.#waiting?.frame.close()
    this.#waiting = { frame, index, rotation }
    this.#send()
  }

  close(): void {
    this.#worker.terminate()
    this.#waiting?.frame.close()
    this.#waiting = undefined
  }

  #send(): void {
    const next = this.#waiting
    if (!next || this.#isBusy) return
    this.#waiting = undefined
    this.#isBusy = true
    this.#order({ kind: 'frame', ...next }, [next.frame])
  }

  #hear(news: ComposeNews): void {
    this.#isBusy = false
    if (news.kind === 'drawn') this.#events.onDrawn?.(news)
    else this.#events.onFailed?.(news.message)
    this.#send()
  }

  #order(order: ComposeOrder, handedOver: Transferable[] = []): void {
    this.#worker.postMessage(order, handedOver)
  }
}
