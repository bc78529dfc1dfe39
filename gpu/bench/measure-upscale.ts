import { readConfig } from '#gpu/config.ts'
import { openBackend } from '#gpu/inference/open-backend.ts'
import type { TaskContext } from '#gpu/tasks/task-handler.ts'
import { planUpscale } from '#gpu/tasks/upscale-plan.ts'
import { networkPlan } from '#gpu/tasks/upscale-render.ts'
import { UpscaleParams } from '#lib/contracts/tasks/upscale.ts'
import { makeClip } from './clips.ts'
import { memoryInProcess } from './in-process.ts'
import { naiveLoop } from './naive-loop.ts'

const PARAMS = UpscaleParams.parse({ model: 'reelsr-fast', scale: 2, quality: 'high' })

/** Frames a second of the loop one writes first: one frame at a time, in turn. */
export async function naiveFps(inputPath: string, workDir: string): Promise<number> {
  const config = readConfig()
  const { backend } = await openBackend(config)
  const context: TaskContext = {
    ...{ inputPath, tracksPath: undefined, workDir, config, backend, quoted: undefined },
    wanted: new Set(),
    signal: new AbortController().signal,
    onProgress: () => undefined,
    onLiveFrame: () => undefined,
  }
  const plan = await planUpscale(PARAMS, context)
  const layout = { ...plan.layout, batch: 1 }
  const network = await backend.open({ ...networkPlan(plan), layout })
  try {
    // Steady from its first frame on: a part of the clip is enough.
    const options = { maxFrames: 120, probe: plan.probe, layout, network, threads: config.encodeThreads }
    const { frames, seconds } = await naiveLoop(options)
    return frames / seconds
  } finally {
    await network.close()
    await backend.close()
  }
}

/** Peak memory for a short and a long video: it must not grow with the length. */
export async function memoryGrowth(workDir: string): Promise<{ readonly shortMib: number; readonly longMib: number }> {
  const peak = async (seconds: number) => {
    const inputPath = `${workDir}/memory-${seconds}.mp4`
    await makeClip(inputPath, seconds, { width: 320, height: 180, fps: 30 })
    return memoryInProcess({ name: 'upscale', inputPath, tracksPath: undefined, rounds: 0 })
  }
  return { shortMib: await peak(10), longMib: await peak(60) }
}
