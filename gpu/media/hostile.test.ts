import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { ffmpeg, picture, tone, X264 } from '#gpu/testing/clips.ts'
import { testContext, testFolder } from '#gpu/testing/task-context.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { workingEncoders } from './encoders.ts'
import { limitedCommand } from './ffmpeg.ts'
import { canary, children, outcome, TASKS } from './hostile.ts'
import { hostileFiles } from './hostile-files.ts'

test('hostile files are refused or worked on, with nothing else read, fetched or left behind', async () => {
  const dir = await testFolder()
  const lure = await canary(dir)
  const files = await hostileFiles(dir, lure)
  const outcomes: Record<string, string> = {}
  for (const { name, path } of files) {
    const started = performance.now()
    const results = await Promise.all(Object.values(TASKS).map(async (run) => outcome(run(await testContext(path)))))
    expect(performance.now() - started).toBeLessThan(30_000)
    outcomes[name] = [...new Set(results)].join('/')
  }
  expect(lure.requests).toEqual([])
  expect(await children()).toEqual([])
  const refused = (...names: string[]) => names.map((name) => outcomes[name])
  const playlists = refused(
    'hls-http.mp4',
    'hls-file.mp4',
    'dash.mp4',
    'concat.mp4',
    'smil.mp4',
    'sdp.mp4',
    'lavfi.mp4',
  )
  expect(playlists).toEqual(playlists.map(() => 'unsupported_media'))
  expect(refused('empty.mp4', 'cut-0.02.mp4', 'cut-0.5.mp4', 'huge-16000.avi', 'huge-65000.avi')).not.toContain('done')
  expect(refused('sound.m4a')).toEqual(['no_video'])
  expect(refused('picture.png.mp4', 'picture.gif.mp4')).toEqual(['unsupported_media', 'unsupported_media'])
})

/** A clip long enough to be in the middle of, whatever the machine. */
async function longClip(): Promise<string> {
  const path = join(await testFolder(), 'long.mp4')
  await ffmpeg(...picture('640x360', 1500), ...tone(60), ...X264, '-g', '25', '-c:a', 'aac', path)
  return path
}

test.each(Object.keys(TASKS))(
  '%s: whichever child is killed, the job ends with a code and leaves no process',
  async (task) => {
    const path = await longClip()
    // Trying what encoders work is no part of a job: one that cannot be tried is one that does not work.
    await workingEncoders()
    const codes = new Set<string>()
    // One kill per run, at later and later moments: prober, packet reader, decoder or encoder, checker.
    for (const runTimeMs of [0, 150, 700, 1500]) {
      const run = outcome(TASKS[task]?.(await testContext(path)) ?? Promise.resolve())
      const victim = await killOneChild(performance.now() + runTimeMs)
      const code = await run
      if (victim !== undefined) codes.add(code)
      expect(await children()).toEqual([])
    }
    expect([...codes]).not.toContain('done')
    expect(codes.size).toBeGreaterThan(0)
  },
)

/** Kills the first child there is from `time` on. */
async function killOneChild(time: number): Promise<number | undefined> {
  let victim: number | undefined
  await vi.waitFor(
    async () => {
      const [pid] = await children()
      if (performance.now() < time || pid === undefined) throw new Error('not yet')
      // Held first: one that has just ended by itself is none to be killed.
      process.kill(pid, 'SIGSTOP')
      if (!(await children()).includes(pid)) throw new Error('ended by itself')
      process.kill(pid, 'SIGKILL')
      victim = pid
    },
    { timeout: 10_000, interval: 5 },
  )
  return victim
}

// Without util-linux's setpriv the kernel is not told; the worker's image has it.
const tied = limitedCommand('ffmpeg', [], { wallS: 1 })[0] === 'setpriv'
test.skipIf(!tied)('a worker that is killed takes its tools with it', async () => {
  const path = await longClip()
  const dir = await testFolder()
  const cli = new URL('../cli.ts', import.meta.url).pathname
  const args = [cli, 'ingest', '--input', path, '--output', join(dir, 'proxy.mp4')]
  const worker: ChildProcess = spawn(process.execPath, args, {
    stdio: 'ignore',
    env: { ...process.env, GPU_WORK_DIR: dir },
  })
  const ended = once(worker, 'exit')
  let tools: number[] = []
  await vi.waitFor(
    async () => {
      tools = await children(worker.pid)
      const names = await Promise.all(tools.map((pid) => readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')))
      if (!names.includes('ffmpeg\n')) throw new Error('not working yet')
    },
    { timeout: 30_000, interval: 20 },
  )
  worker.kill('SIGKILL')
  await ended
  await vi.waitFor(
    async () => {
      const alive = await Promise.all(tools.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')))
      expect(alive.filter((line) => line !== '' && !/\) Z /.test(line))).toEqual([])
    },
    { timeout: 5000, interval: 20 },
  )
})

test('aborting stops a job within a second and leaves nothing', async () => {
  const path = await longClip()
  for (const run of Object.values(TASKS)) {
    const stop = new AbortController()
    const begun = Promise.withResolvers<void>()
    const context = await testContext(path, {
      signal: stop.signal,
      onProgress: ({ frame }) => {
        if (frame > 0) begun.resolve()
      },
    })
    const ended = outcome(run(context))
    await begun.promise
    const started = performance.now()
    stop.abort(new AppError('canceled', 'Nobody wants it any more.'))
    expect(await ended).toBe('canceled')
    expect(performance.now() - started).toBeLessThan(1000)
    expect(await children()).toEqual([])
  }
})
