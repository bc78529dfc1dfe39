import { join } from 'node:path'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { MediaFacts } from '#lib/contracts/media.ts'
import { makeClip } from '#lib/local/test-clips.ts'
import { openTestServices, type TestServices } from '#lib/local/test-services.ts'

const root = join(import.meta.dirname, '..', '..', '..')

/** A Worker that does what confirming does: HEAD, then the container's headers by range reads through the S3 SDK. */
const WORKER = `
  import { createR2Storage } from '#lib/providers/storage/r2.ts'
  import { readHeaders } from '#lib/services/uploads/confirm-output.ts'
  export default {
    async fetch(request, env) {
      const ctx = { storage: createR2Storage(env.STORE) }
      const key = new URL(request.url).pathname.slice(1)
      try {
        return Response.json(await readHeaders({ ctx, input: { key } }))
      } catch (error) {
        return Response.json({ code: error.code ?? 'crash', message: String(error.stack) }, { status: 500 })
      }
    },
  }`

let t: TestServices
let worker: Miniflare

beforeAll(async () => {
  t = await openTestServices()
  const bundle = await build({
    stdin: { contents: WORKER, resolveDir: root, loader: 'js' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['node:*'],
    // As in next.config.ts: the browser build of the SDK's XML parser wants a DOM.
    alias: { '@aws-sdk/xml-builder': join(root, 'node_modules/@aws-sdk/xml-builder/dist-cjs/index.js') },
  })
  worker = new Miniflare({
    modules: true,
    script: bundle.outputFiles[0]?.text ?? '',
    compatibilityDate: '2026-10-01',
    compatibilityFlags: ['nodejs_compat'],
    bindings: { STORE: t.storeConfig },
  })
})
afterAll(async () => {
  await worker.dispose()
  await t.close()
})

async function readAtTheEdge(bytes: Uint8Array<ArrayBuffer>) {
  const key = t.ctx.newId('object')
  await t.replaceObject(key, bytes)
  const response = await worker.dispatchFetch(`http://edge/${key}`)
  return (await response.json()) as unknown
}

const Read = z.object({ bytes: z.number(), etag: z.string(), facts: MediaFacts })

test.each([
  { name: 'MP4', extension: 'mp4', args: ['-c:v', 'libx264'] },
  { name: 'fragmented MP4', extension: 'mp4', args: ['-c:v', 'libx264', '-movflags', 'frag_keyframe+empty_moov'] },
  { name: 'WebM', extension: 'webm', args: ['-c:v', 'libvpx'] },
  { name: 'TS', extension: 'ts', args: ['-c:v', 'libx264'] },
])('workerd reads the headers of a stored $name', async ({ extension, args }) => {
  const bytes = await makeClip(extension, { seconds: 1, fps: 25, audio: true, args })
  const read = Read.parse(await readAtTheEdge(bytes))
  expect(read.facts).toMatchObject({ width: 160, height: 90, frames: 25, bytes: bytes.length })
  expect(read.facts.audio_codec).not.toBeNull()
})

test('workerd refuses a damaged file with the same code', async () => {
  const bytes = await makeClip('mp4', { seconds: 1 })
  expect(await readAtTheEdge(bytes.slice(0, bytes.length >> 1))).toMatchObject({ code: 'corrupt_media' })
})
