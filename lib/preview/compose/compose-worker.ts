import { createScene, type Scene, type SceneSpec } from '#lib/core/render/scene.ts'
import type { ComposeNews, ComposeOrder } from './compose-messages.ts'
import { type ComposerPlan, SceneComposer } from './scene-composer.ts'

/** Composes off the page's thread and draws on the page's canvas. Orders are worked off one after another. */
let canvas: OffscreenCanvas | undefined
let composer: SceneComposer | undefined
let scene: Scene | undefined
let held: number | undefined
let queue = Promise.resolve()

function say(news: ComposeNews): void {
  postMessage(news)
}

addEventListener('message', ({ data }: MessageEvent<ComposeOrder>) => {
  queue = queue
    .then(() => follow(data))
    .catch((error: unknown) => say({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }))
})

async function follow(order: ComposeOrder): Promise<void> {
  switch (order.kind) {
    case 'canvas':
      canvas = order.canvas
      return
    case 'scene':
      await setScene(order.spec, order.range)
      if (held !== undefined) draw(held)
      return
    case 'frame':
      await show(order)
      return
  }
}

/** Memory is made anew only when a size changes; then the held frame is gone. */
async function setScene(spec: SceneSpec, range: ComposerPlan['range']): Promise<void> {
  scene = createScene(spec)
  const plan = { source: spec.source, output: spec.output, range }
  if (composer && isSamePlan(composer.plan, plan)) return
  held = undefined
  composer = await SceneComposer.open(plan)
}

function isSamePlan(a: ComposerPlan, b: ComposerPlan): boolean {
  const sizes = ({ source, output, range }: ComposerPlan) =>
    [source.width, source.height, output.width, output.height, range].join()
  return sizes(a) === sizes(b)
}

async function show({ frame, index, rotation }: Extract<ComposeOrder, { kind: 'frame' }>): Promise<void> {
  const startedMs = performance.now()
  try {
    if (!composer) throw new Error('a frame came before its scene')
    const isExact = await composer.hold(frame, rotation)
    held = index
    draw(index)
    say({ kind: 'drawn', index, isExact, elapsedMs: performance.now() - startedMs })
  } finally {
    frame.close()
  }
}

function draw(index: number): void {
  if (!canvas || !composer || !scene) return
  const { width, height } = composer.plan.output
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
  const context = canvas.getContext('2d', { alpha: false })
  if (!context) throw new Error('this browser gives no canvas to draw on')
  const shown = composer.compose(scene.at(index))
  context.drawImage(shown, 0, 0)
  shown.close()
}
