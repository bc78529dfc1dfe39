import { execFile } from 'node:child_process'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeClip } from './test-clips.ts'

const BOOTSTRAP = join(import.meta.dirname, 'bootstrap.mjs')

const PARAMS = JSON.stringify({ model: 'reelsr-fast', scale: 2 })

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bootstrap-'))
})

afterEach(() => rm(folder, { recursive: true }))

/** Runs it as npm does for `npm run gpu`: in the project's folder, with the caller's folder in INIT_CWD. */
async function bootstrap(args: string[], env: Record<string, string> = {}) {
  const asNpm = { INIT_CWD: folder, npm_lifecycle_event: args[0] ?? '' }
  try {
    const options = { env: { ...process.env, ...asNpm, ...env } }
    return { code: 0, ...(await promisify(execFile)(process.execPath, [BOOTSTRAP, ...args], options)) }
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string }
  }
}

test('a command it does not know ends with the ones it does', async () => {
  const { code, stderr } = await bootstrap(['stat'])
  expect(code).toBe(1)
  expect(stderr).toContain('start | dev | build | test')
})

test('without ffmpeg and without a way to install it, it says what to install', async () => {
  const { code, stderr } = await bootstrap(['gpu', 'upscale'], { PATH: folder })
  expect(code).toBe(1)
  expect(stderr).toContain('Install ffmpeg, then run this again')
})

test('gpu works in the caller’s folder, and only its own JSON line is on stdout', async () => {
  await writeFile(join(folder, 'in.mp4'), await makeClip('mp4', { seconds: 1, fps: 5, size: '64x48' }))
  const { code, stdout } = await bootstrap([
    'gpu',
    'upscale',
    '--input',
    'in.mp4',
    '--output',
    'out.mp4',
    '--params',
    PARAMS,
  ])
  expect(stdout.trim().split('\n')).toHaveLength(1)
  expect(JSON.parse(stdout)).toMatchObject({ status: 'completed' })
  expect((await stat(join(folder, 'out.mp4'))).size).toBeGreaterThan(0)
  expect(code).toBe(0)
})

test('a failing command’s exit code and JSON line come through', async () => {
  const { code, stdout } = await bootstrap([
    'gpu',
    'upscale',
    '--input',
    'none.mp4',
    '--output',
    'out.mp4',
    '--params',
    PARAMS,
  ])
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ status: 'failed' })
})
