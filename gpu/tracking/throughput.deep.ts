import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { readConfig } from '#gpu/config.ts'
import { chooseInput } from '#gpu/detect/choose-input.ts'
import { openDetector } from '#gpu/detect/detector.ts'
import { ortBackend } from '#gpu/inference/ort-backend.ts'
import { batchBytes } from '#gpu/media/frames.ts'
import { YOLOX } from '#gpu/models/yolox.ts'
import { ffmpeg, SHARED_DIR, shared, X264 } from '#gpu/testing/clips.ts'
import { testContext, testFolder } from '#gpu/testing/task-context.ts'
import { TrackParams } from '#lib/contracts/tasks/track.ts'
import { planTrack } from './plan-track.ts'
import { watchVideo } from './watch-video.ts'

const FRAMES = 150

it('the network alone sets the pace of detection', async ({ skip }) => {
  const source = shared('data/video/sports/zak_soccer.mp4')
  const weights = shared('weights/yolox_nano.onnx')
  if (source === undefined || weights === undefined) return skip(`no clip or weights in ${SHARED_DIR}`)
  const input = `${await testFolder()}/match.mp4`
  await ffmpeg('-i', source, '-frames:v', String(FRAMES), '-an', ...X264, '-crf', '22', input)
  const config = readConfig({ WEIGHTS_DIR: `${SHARED_DIR}/weights` })
  const backend = ortBackend('cpu', config.inferenceThreads)
  const context = await testContext(input, { config, backend })
  const params = TrackParams.parse({ model: 'yolox_nano' })
  const plan = await planTrack(params, context)

  const network = new Uint8Array(await readFile(weights))
  const { letterbox, batch } = chooseInput(YOLOX.yolox_nano, network, plan.probe, 1)
  const { model, colour, classes, signal, iouThreshold } = {
    model: YOLOX.yolox_nano,
    colour: plan.colour.yuv,
    classes: plan.classes,
    signal: context.signal,
    iouThreshold: params.iou_threshold,
  }
  const alone = await openDetector({ model, network, letterbox, batch, colour, classes, iouThreshold, signal }, backend)
  const inferAlone = async (): Promise<number> => {
    const started = performance.now()
    for (let frame = 0; frame < FRAMES; frame++) await alone.detect(new ArrayBuffer(batchBytes(alone.layout)), [frame])
    return FRAMES / ((performance.now() - started) / 1000)
  }
  const whole = async (): Promise<number> => {
    const started = performance.now()
    await watchVideo(plan, params, context)
    return FRAMES / ((performance.now() - started) / 1000)
  }
  await alone.detect(new ArrayBuffer(batchBytes(alone.layout)), [0])
  // Taken in turns, so that a machine that is busy with something else slows both.
  const rounds: { alone: number; whole: number }[] = []
  for (let round = 0; round < 3; round++) rounds.push({ alone: await inferAlone(), whole: await whole() })
  await alone.close()
  const best = (pick: (round: { alone: number; whole: number }) => number) => Math.max(...rounds.map(pick))
  const [inferred, detected] = [best((round) => round.alone), best((round) => round.whole)]
  const { content } = letterbox
  console.log(
    `yolox_nano ${content.width}x${content.height}: network alone ${inferred.toFixed(1)} frames/s, whole detection ${detected.toFixed(1)}, ratio ${(detected / inferred).toFixed(2)}`,
  )
  expect(detected / inferred).toBeGreaterThan(0.7)
}, 600_000)
