import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { picture, X264 } from '#gpu/testing/clips.ts'
import { testFolder } from '#gpu/testing/task-context.ts'
import { clip } from '#gpu/testing/upscale.ts'
import { planColour } from './decode-plan.ts'
import { openDecoder } from './decoder.ts'
import { openEncoder } from './encoder.ts'
import { closePipe, openPipe } from './pipe.ts'
import { probeFile } from './probe.ts'

const signal = new AbortController().signal
const limits = { wallS: 20 }
const layout = { batch: 1, width: 64, height: 48 }
const openFds = () => readdirSync('/proc/self/fd').length
/** Arguments of programs hold no zero bytes: with one, nothing is started. */
const UNSTARTABLE = '\0'

async function scene() {
  const [source, workDir] = [await probeFile(await clip('in.mp4', ...picture('64x48', 5), ...X264)), await testFolder()]
  const plan = {
    encoder: 'libx264',
    quality: 'low',
    threads: 1,
    frames: layout,
    output: layout,
    timeBase: source.video.timeBase,
    colour: planColour(source.video),
    source,
    pcm: { sampleRate: 48_000, channels: 2 },
    outputPath: join(workDir, 'out.mp4'),
  } as const
  // What loads on first use stays open.
  closePipe(await openPipe(workDir))
  return { source, workDir, plan }
}

it('an encoder that cannot be started leaves no descriptor open', async () => {
  const { workDir, plan } = await scene()
  const before = openFds()
  const outputPath = plan.outputPath + UNSTARTABLE
  await expect(openEncoder({ plan: { ...plan, outputPath }, layout, limits, workDir, signal })).rejects.toThrow(/null/)
  expect(openFds()).toBe(before)
})

it('an encoder whose second pipe cannot be made leaves no descriptor open', async () => {
  const { workDir, plan } = await scene()
  const before = openFds()
  const opening = openEncoder({ plan, layout, limits, workDir, signal })
  rmSync(workDir, { recursive: true })
  await expect(opening).rejects.toThrow()
  expect(openFds()).toBe(before)
})

it('a decoder that cannot be started leaves no descriptor open', async () => {
  const { source: probe, workDir } = await scene()
  const before = openFds()
  const options = { threads: 1, maxPixels: 1e6 }
  const plan = { probe, filters: [UNSTARTABLE], layout, options, limits, workDir, signal }
  await expect(openDecoder(plan)).rejects.toThrow(/null/)
  expect(openFds()).toBe(before)
})
