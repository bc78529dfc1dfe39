import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { frameTimes, picture, streamFields, X264 } from '#gpu/testing/clips.ts'
import { testFolder } from '#gpu/testing/task-context.ts'
import { clip } from '#gpu/testing/upscale.ts'
import { bundleWorker } from './bundle-worker.ts'
import { rewriteUrls } from './rewrite-urls.ts'

const MODULES = join(import.meta.dirname, '..', '..', 'node_modules')

it('runs a task from the bundle, with only the two native packages beside it', async () => {
  const dir = await testFolder()
  const { programs, assets } = await bundleWorker(join(dir, 'worker'))
  expect(programs).toEqual(expect.arrayContaining(['main.js', 'cli.js', 'ort-thread.js', 'heartbeat-thread.js']))
  expect(assets).toContain('gpu/models/reelsr')
  for (const name of ['onnxruntime-node', 'koffi']) {
    await mkdir(dirname(join(dir, 'node_modules', name)), { recursive: true })
    await symlink(join(MODULES, name), join(dir, 'node_modules', name))
  }
  const [input, output] = [await clip('in.mp4', ...picture('96x64', 6), ...X264), join(dir, 'out.mp4')]
  const args = ['upscale', '--input', input, '--output', output, '--params', '{"model":"reelsr-fast","scale":2}']
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(dir, 'worker/cli.js'), ...args], {
    cwd: '/',
    env: { ...process.env, GPU_PROVIDERS: 'cpu' },
  })
  expect(stderr).toContain('inference on cpu through c-api: used')
  expect(JSON.parse(stdout)).toMatchObject({
    status: 'completed',
    stats: { frames_out: 6, output_resolution: '192x128' },
  })
  expect(await streamFields(output, 'v:0', 'width', 'height')).toEqual({ width: '192', height: '128' })
  expect(await frameTimes(output)).toHaveLength(6)
})

it('names nothing outside its folder', async () => {
  const dir = join(await testFolder(), 'worker')
  const { programs, assets } = await bundleWorker(dir)
  for (const program of programs) {
    const text = await readFile(join(dir, program), 'utf8')
    for (const [, reference = ''] of text.matchAll(/new URL\("([^"]+)", import\.meta\.url\)/g)) {
      expect(reference).toMatch(/^\.\/(?!.*\.\.)/)
      if (reference !== './gpu/weights')
        expect([reference, existsSync(join(dir, reference))]).toEqual([reference, true])
    }
    const imported = Array.from(text.matchAll(/^(?:import|export) .*from "([^"]+)"/gm), ([, from = '']) => from)
    expect(imported.filter((from) => !from.startsWith('node:'))).toEqual([])
  }
  for (const asset of assets) expect(existsSync(join(dir, asset))).toBe(true)
})

it('tells programs, files and places for files apart', () => {
  const text = [
    `new URL('./x-thread.ts', import.meta.url)`,
    `new URL('../models/net.onnx', import.meta.url)`,
    `new URL('./data/', import.meta.url)`,
    `new URL('./weights', import.meta.url)`,
  ]
  expect(rewriteUrls(text.join('\n'), '/repo/gpu/media/a.ts', '/repo')).toEqual({
    text: [
      `new URL('./x-thread.js', import.meta.url)`,
      `new URL('./gpu/models/net.onnx', import.meta.url)`,
      `new URL('./gpu/media/data/', import.meta.url)`,
      `new URL('./gpu/media/weights', import.meta.url)`,
    ].join('\n'),
    programs: ['/repo/gpu/media/x-thread.ts'],
    assets: ['/repo/gpu/models/net.onnx', '/repo/gpu/media/data/'],
  })
})
