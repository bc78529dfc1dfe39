import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { testFolder } from '#gpu/testing/task-context.ts'

const CLI = fileURLToPath(new URL('../cli.ts', import.meta.url))

async function selfTest(...args: string[]): Promise<{ code: number; report: Record<string, unknown> }> {
  const env = { ...process.env, GPU_PROVIDERS: 'cpu', GPU_BACKEND: 'auto', WEIGHTS_DIR: await testFolder() }
  const ended = await promisify(execFile)(process.execPath, [CLI, 'self-test', ...args], { env }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code: number; stdout: string }) => error,
  )
  return { code: ended.code, report: JSON.parse(ended.stdout) as Record<string, unknown> }
}

it('says what this machine can do, by trying it', async () => {
  const { code, report } = await selfTest('--require', 'cpu,libx264,h264')
  expect(code).toBe(0)
  expect(report).toMatchObject({
    status: 'passed',
    missing: [],
    uses: { provider: 'cpu', runtime: 'c-api' },
    encoders: expect.arrayContaining(['libx264', 'libx265', 'libsvtav1']),
    decoders: { h264: expect.arrayContaining(['h264']), hevc: expect.arrayContaining(['hevc']) },
    ffmpeg: { version: expect.stringMatching(/^n?\d/), current: expect.any(Boolean) },
    weights: expect.arrayContaining([expect.objectContaining({ file: 'yolox_nano.onnx', state: 'missing' })]),
  })
  expect(report.providers).toMatchObject([
    { provider: 'cpu', runtime: 'c-api', ok: true, proof: { maxDifference: 0 } },
    { provider: 'cpu', runtime: 'node', ok: true, proof: { maxDifference: 0 } },
  ])
})

it('fails, and says why, when something is missing that is required', async () => {
  const { code, report } = await selfTest('--require', 'libx264,vp10')
  expect(code).toBe(1)
  expect(report).toMatchObject({ status: 'failed', missing: ['vp10'] })
})
