import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { makeClip, runFfmpeg } from '#lib/local/test-clips.ts'
import { openTestServices, type TestServices } from '#lib/local/test-services.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { abortUpload } from '#lib/services/uploads/abort-upload.ts'
import { completeUpload } from '#lib/services/uploads/complete-upload.ts'
import { createUpload } from '#lib/services/uploads/create-upload.ts'
import { getUpload } from '#lib/services/uploads/get-upload.ts'
import { listAssets } from '#lib/services/uploads/list-assets.ts'
import { signParts } from '#lib/services/uploads/sign-parts.ts'
import type { FileHandles } from './file-handles.ts'
import type { Patience } from './patience.ts'
import { probeFile } from './probe-file.ts'
import { PartRefused, type SendPart } from './send-part.ts'
import type { UploadApi } from './upload-api.ts'
import { type EngineParts, UploadEngine } from './upload-engine.ts'
import type { UploadItem } from './uploader-types.ts'

const MIB = 1024 ** 2
const PATIENT = { timeout: 20_000, interval: 10 }
let t: TestServices
let clip: Uint8Array<ArrayBuffer>
beforeAll(async () => {
  t = await openTestServices()
  clip = await makeClip('mp4', { seconds: 1 })
})
afterAll(() => t.close())

/** A playable file of five parts, another one for every name. */
function matchFile(name: string): File {
  const bytes = new Uint8Array(33 * MIB)
  bytes.set(clip)
  const view = new DataView(bytes.buffer)
  view.setUint32(clip.length, bytes.length - clip.length)
  bytes.set(new TextEncoder().encode('free'), clip.length + 4)
  return new File([bytes], name, { type: 'video/mp4', lastModified: 1 })
}

/** The services behind the API's routes, as this user. */
function apiOf(ctx: UserCtx): UploadApi {
  return {
    create: (input) => createUpload({ ctx, input }),
    get: (uploadId) => getUpload({ ctx, input: { uploadId } }),
    signParts: (uploadId, partNumbers) => signParts({ ctx, input: { uploadId, partNumbers } }),
    complete: (uploadId, parts) => {
      const numbered = parts.map((part) => ({ partNumber: part.part_number, etag: part.etag }))
      return completeUpload({ ctx, input: { uploadId, parts: numbered } })
    },
    abort: (uploadId) => abortUpload({ ctx, input: { uploadId } }),
    listOpen: async () => (await listAssets({ ctx, input: {} })).open_uploads,
  }
}

interface Recorded {
  sent: number[]
  most: number
}

/** Real PUTs to the store, by fetch: Node has no XMLHttpRequest. */
function recordingSender(recorded: Recorded, before: (partNumber: number) => Promise<void> = async () => {}): SendPart {
  let running = 0
  return async ({ url, body, signal, onProgress }) => {
    const partNumber = Number(new URL(url).searchParams.get('partNumber'))
    running += 1
    recorded.most = Math.max(recorded.most, running)
    try {
      await before(partNumber)
      onProgress(body.size / 2)
      const response = await fetch(url, { method: 'PUT', body, signal })
      if (!response.ok) throw new PartRefused(response.status)
      recorded.sent.push(partNumber)
      return response.headers.get('etag') ?? ''
    } finally {
      running -= 1
    }
  }
}

const impatient: Patience = { wait: async (_ms, signal) => signal.throwIfAborted(), random: () => 0.5 }

function memoryHandles(): FileHandles {
  const handles = new Map<string, FileSystemFileHandle>()
  return {
    remember: async (uploadId, handle) => void handles.set(uploadId, handle),
    forget: async (uploadId) => void handles.delete(uploadId),
    all: async () => new Map(handles),
  }
}

function openTab(ctx: UserCtx, changes: Partial<EngineParts> = {}) {
  const recorded: Recorded = { sent: [], most: 0 }
  const parts: EngineParts = {
    api: apiOf(ctx),
    send: recordingSender(recorded),
    probe: probeFile,
    patience: impatient,
    handles: memoryHandles(),
    reopen: async () => null,
    nowMs: () => performance.now(),
    ...changes,
  }
  const engine = new UploadEngine(parts)
  const states: string[] = []
  engine.subscribe(() => {
    const state = engine.snapshot()[0]?.state
    if (state && states.at(-1) !== state) states.push(state)
  })
  return { engine, recorded, states, item: () => engine.snapshot()[0] }
}

const until = (engine: UploadEngine, state: UploadItem['state'], index = 0) =>
  vi.waitFor(() => expect(engine.snapshot()[index]).toMatchObject({ state }), PATIENT)

test('a file goes out in parallel parts, is confirmed, and was told about all the way', async () => {
  const ctx = await t.newUser()
  const { engine, recorded, states, item } = openTab(ctx)
  const file = matchFile('match.mp4')
  engine.add([file])
  expect([engine.busy, item()?.file]).toEqual([true, file])
  await until(engine, 'done')
  expect(states).toEqual(['checking', 'uploading', 'confirming', 'done'])
  expect(recorded.sent.toSorted()).toEqual([1, 2, 3, 4, 5])
  expect(recorded.most).toBe(4)
  expect(item()).toMatchObject({ sentBytes: 33 * MIB, bytes: 33 * MIB, etaS: null, problem: undefined })
  const library = await listAssets({ ctx, input: {} })
  expect(library.assets).toMatchObject([{ id: item()?.assetId, state: 'ready', file_name: 'match.mp4' }])
  expect(engine.busy).toBe(false)
  engine.dismiss(item()?.id ?? '')
  expect(engine.snapshot()).toEqual([])
})

test('parts that break are sent again, by themselves', async () => {
  const ctx = await t.newUser()
  const { engine, recorded } = openTab(ctx)
  await t.spoilStore({ match: { method: 'PUT', part_number: 2 }, action: 'status', status: 503, times: 2 })
  await t.spoilStore({ match: { method: 'PUT', part_number: 4 }, action: 'status', status: 403, times: 1 })
  engine.add([matchFile('flaky.mp4')])
  await until(engine, 'done')
  expect(recorded.sent.toSorted()).toEqual([1, 2, 3, 4, 5])
})

test('all files of a tab share four connections', async () => {
  const ctx = await t.newUser()
  const { engine, recorded } = openTab(ctx)
  engine.add([matchFile('one.mp4'), matchFile('two.mp4')])
  await Promise.all([until(engine, 'done', 0), until(engine, 'done', 1)])
  expect([recorded.sent.length, recorded.most]).toEqual([10, 4])
})

test('a pause stops sending, and resuming sends only what is missing', async () => {
  const ctx = await t.newUser()
  const recorded: Recorded = { sent: [], most: 0 }
  const gate = Promise.withResolvers<void>()
  const send = recordingSender(recorded, (partNumber) => (partNumber > 3 ? gate.promise : Promise.resolve()))
  const { engine, item } = openTab(ctx, { send })
  engine.add([matchFile('paused.mp4')])
  await vi.waitFor(() => expect(recorded.sent).toHaveLength(3), PATIENT)
  engine.pause(item()?.id ?? '')
  expect(item()).toMatchObject({ state: 'paused', bytesPerSecond: null })
  gate.resolve()
  engine.resume(item()?.id ?? '')
  await until(engine, 'done')
  expect(recorded.sent.toSorted()).toEqual([1, 2, 3, 4, 5])
})

test('after a reload the unfinished file is listed; picking it again continues with the missing parts only', async () => {
  const ctx = await t.newUser()
  const first = openTab(ctx, { patience: { ...impatient, wait: () => new Promise(() => {}) } })
  await t.spoilStore({ match: { method: 'PUT', part_number: 5 }, action: 'status', status: 503, times: 1 })
  first.engine.add([matchFile('reloaded.mp4')])
  await vi.waitFor(() => expect(first.recorded.sent).toHaveLength(4), PATIENT)

  const second = openTab(ctx)
  await second.engine.restore()
  expect(second.engine.snapshot()).toMatchObject([
    { state: 'paused', needsFile: true, fileName: 'reloaded.mp4', bytes: 33 * MIB, assetId: first.item()?.assetId },
  ])
  await vi.waitFor(() => expect(second.item()?.sentBytes).toBe(32 * MIB), PATIENT)
  second.engine.add([matchFile('reloaded.mp4')])
  await until(second.engine, 'done')
  expect(second.recorded.sent).toEqual([5])
  expect(second.item()?.assetId).toBe(first.item()?.assetId)
})

test('where the browser kept a handle, resuming after a reload asks for no file; one that changed is asked for again', async () => {
  const ctx = await t.newUser()
  const handles = memoryHandles()
  const handle = { name: 'kept.mp4' } as FileSystemFileHandle
  const stuck = { ...impatient, wait: () => new Promise<void>(() => {}) }
  const first = openTab(ctx, { handles, patience: stuck })
  await t.spoilStore({ match: { method: 'PUT', part_number: 5 }, action: 'status', status: 503, times: 1 })
  first.engine.add([{ file: matchFile('kept.mp4'), handle }])
  await vi.waitFor(() => expect(first.recorded.sent).toHaveLength(4), PATIENT)

  let onDisk = new File(['changed'], 'kept.mp4')
  const second = openTab(ctx, { handles, reopen: async (given) => (given === handle ? onDisk : null) })
  await second.engine.restore()
  const id = second.item()?.id ?? ''
  expect(second.item()).toMatchObject({ state: 'paused', needsFile: false })
  second.engine.resume(id)
  await vi.waitFor(() => expect(second.item()).toMatchObject({ state: 'paused', needsFile: true }), PATIENT)
  onDisk = matchFile('kept.mp4')
  second.engine.resume(id)
  await until(second.engine, 'done')
  expect(second.recorded.sent).toEqual([5])
  expect(await handles.all()).toEqual(new Map())
})

test('files that cannot work are refused in plain words before a byte is sent', async () => {
  const ctx = await t.newUser()
  const { engine, recorded } = openTab(ctx)
  const flash = await makeClip('flv', { seconds: 1 })
  const sound = await runFfmpeg('mp3', ['-f', 'lavfi', '-i', 'sine=duration=1'])
  engine.add([new File([flash], 'old.flv'), new File([sound], 'song.mp3'), new File([], 'empty.mp4')])
  for (const index of [0, 1, 2]) await until(engine, 'refused', index)
  expect(engine.snapshot().map((item) => item.problem?.code)).toEqual([
    'unsupported_media',
    'no_video',
    'corrupt_media',
  ])
  expect(recorded.sent).toEqual([])
  expect(await listAssets({ ctx, input: {} })).toMatchObject({ assets: [], open_uploads: [] })
})

test('what the browser let pass, the server still refuses', async () => {
  const ctx = await t.newUser()
  const { engine, item } = openTab(ctx, { probe: async () => null })
  engine.add([new File([await makeClip('flv', { seconds: 1 })], 'renamed.mp4')])
  await until(engine, 'refused')
  expect(item()?.problem).toMatchObject({ code: 'unsupported_media', message: expect.stringContaining('Flash') })
})

test('cancelling frees the parts in the store, also while the server is still opening the upload', async () => {
  const ctx = await t.newUser()
  const recorded: Recorded = { sent: [], most: 0 }
  const send = recordingSender(recorded, (number) => (number > 1 ? new Promise(() => {}) : Promise.resolve()))
  const { engine, item } = openTab(ctx, { send })
  engine.add([matchFile('canceled.mp4')])
  await vi.waitFor(() => expect(recorded.sent).toEqual([1]), PATIENT)
  engine.cancel(item()?.id ?? '')
  expect(engine.snapshot()).toEqual([])
  const openUploads = async () => (await listAssets({ ctx, input: {} })).open_uploads
  await vi.waitFor(async () => expect(await openUploads()).toEqual([]), PATIENT)

  const asked = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<void>()
  const aborted: string[] = []
  const real = apiOf(ctx)
  const api: UploadApi = {
    ...real,
    async create(request) {
      asked.resolve()
      await opened.promise
      return await real.create(request)
    },
    async abort(uploadId) {
      await real.abort(uploadId)
      aborted.push(uploadId)
    },
  }
  const slow = openTab(ctx, { api, probe: async () => null })
  slow.engine.add([matchFile('too-late.mp4')])
  await asked.promise
  slow.engine.cancel(slow.item()?.id ?? '')
  opened.resolve()
  await vi.waitFor(() => expect(aborted).toHaveLength(1), PATIENT)
  expect([await openUploads(), slow.recorded.sent]).toEqual([[], []])
})

test('the same file added twice is sent once', async () => {
  const ctx = await t.newUser()
  const { engine, recorded } = openTab(ctx)
  engine.add([matchFile('twice.mp4')])
  await until(engine, 'uploading')
  engine.add([matchFile('twice.mp4')])
  await until(engine, 'done')
  await vi.waitFor(() => expect(engine.snapshot()).toHaveLength(1), PATIENT)
  expect(recorded.sent.toSorted()).toEqual([1, 2, 3, 4, 5])
})

test('an upload that fails for good says why, and a retry goes on where it stopped', async () => {
  const ctx = await t.newUser()
  const recorded: Recorded = { sent: [], most: 0 }
  const others = Promise.withResolvers<void>()
  const send = recordingSender(recorded, (number) => (number === 3 ? others.promise : Promise.resolve()))
  const { engine, item } = openTab(ctx, { send })
  await t.spoilStore({ match: { method: 'PUT', part_number: 3 }, action: 'status', status: 503, times: 9 })
  engine.add([matchFile('failing.mp4')])
  await vi.waitFor(() => expect(recorded.sent.toSorted()).toEqual([1, 2, 4, 5]), PATIENT)
  others.resolve()
  await until(engine, 'failed')
  expect(item()?.problem?.message).toContain('goes on where it stopped')
  engine.retry(item()?.id ?? '')
  await until(engine, 'done')
  expect(recorded.sent.at(-1)).toBe(3)
  expect(recorded.sent).toHaveLength(5)
})
