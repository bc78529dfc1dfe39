import { readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from '#gpu/config.ts'
import { picture, SHARED_DIR, shared, tone, X264 } from '#gpu/testing/clips.ts'
import { testContext, testFolder } from '#gpu/testing/task-context.ts'
import { clip, FAST, upscaleFile } from '#gpu/testing/upscale.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { UpscaleParams } from '#lib/contracts/tasks/upscale.ts'
import { upscale } from './upscale.ts'

describe('inputs that are refused', () => {
  const small = () =>
    clip('in.mp4', ...picture('64x48', 50), ...tone(2), ...X264, '-g', '5', '-c:a', 'aac', '-movflags', '+faststart')

  it('a file that is cut off', async () => {
    const input = await small()
    await truncate(input, Math.round((await readFile(input)).length * 0.6))
    await expect(upscaleFile(input)).rejects.toMatchObject({
      code: 'corrupt_media',
      message: expect.stringMatching(/index lists 50 frames/),
    })
  })

  it('a file whose frames cannot be decoded', async () => {
    const input = await small()
    const bytes = await readFile(input)
    const start = bytes.indexOf('mdat') + 800
    bytes.fill(0xa5, start, bytes.length - 200)
    await writeFile(input, bytes)
    const failure = await upscaleFile(input).then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(failure).toBeInstanceOf(AppError)
    expect(['corrupt_media', 'decode_failed']).toContain((failure as AppError).code)
  })

  it('a playlist named like a video', async () => {
    const input = join(await testFolder(), 'clip.mp4')
    await writeFile(input, '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n')
    await expect(upscaleFile(input)).rejects.toMatchObject({ code: 'unsupported_media' })
  })

  it('sound without a picture', async () => {
    const input = await clip('sound.mp4', ...tone(1), '-c:a', 'aac')
    await expect(upscaleFile(input)).rejects.toMatchObject({ code: 'no_video' })
  })

  it.each([
    ['more frames', { frames: 49 }],
    ['a greater length', { duration_s: 1.5 }],
    ['another size', { width: 64, height: 50 }],
  ])('%s than the price was computed from', async (_name, wrong) => {
    const input = await small()
    const quoted = { frames: 50, duration_s: 2, width: 64, height: 48, ...wrong }
    await expect(upscaleFile(input, {}, { quoted })).rejects.toMatchObject({ code: 'input_mismatch' })
  })

  it('weights that are not there, naming file and remedy', async () => {
    const input = await small()
    const config = readConfig({ WEIGHTS_DIR: await testFolder() })
    const failure = upscaleFile(input, { model: 'rlfn_x4', scale: 4 }, { config })
    await expect(failure).rejects.toMatchObject({
      code: 'missing_weights',
      message: expect.stringMatching(/"rlfn_x4\.onnx".*WEIGHTS_DIR/),
    })
  })

  it('faces to be restored without the weights for it, before any work', async () => {
    const input = await small()
    const config = readConfig({ WEIGHTS_DIR: await testFolder() })
    const stages = new Set<string>()
    const onProgress = ({ stage }: { stage: string }) => void stages.add(stage)
    await expect(upscaleFile(input, { face_enhance: true }, { config, onProgress })).rejects.toMatchObject({
      code: 'missing_weights',
      message: expect.stringMatching(
        /(yunet_n_320_320\.onnx.*npm run weights yunet|GFPGANv1\.4\.pth.*npm run weights GFPGAN)/s,
      ),
    })
    expect(stages.size).toBe(0)
  })

  it('a scale the model does not reach', async ({ skip }) => {
    const weights = shared('weights/rlfn_x2.onnx')
    if (weights === undefined) return skip(`no weights in ${SHARED_DIR}`)
    const config = readConfig({ WEIGHTS_DIR: join(weights, '..') })
    await expect(upscaleFile(await small(), { model: 'rlfn_x2', scale: 4 }, { config })).rejects.toMatchObject({
      code: 'invalid_request',
      field: 'params.scale',
    })
  })
})

it('stops soon when it is canceled, and leaves no process behind', async () => {
  const input = await clip('long.mp4', ...picture('320x240', 500), ...X264)
  const stop = new AbortController()
  const context = await testContext(input, {
    signal: stop.signal,
    onProgress: ({ stage }) => {
      if (stage === 'process') stop.abort(new AppError('canceled', 'enough'))
    },
  })
  const began = performance.now()
  await expect(upscale(UpscaleParams.parse({ ...FAST, model: 'reelsr-std' }), context)).rejects.toMatchObject({
    code: 'canceled',
  })
  expect(performance.now() - began).toBeLessThan(30_000)
  expect((await readdir(context.workDir)).filter((name) => name.startsWith('pipe-'))).toEqual([])
  const commands = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  )
  expect(commands.filter((command) => command.includes(context.workDir) || command.includes(input))).toEqual([])
})
