import type { AssetView, UploadView } from '#lib/contracts/api/uploads.ts'
import { AppError, type ErrorBody } from '#lib/contracts/errors.ts'
import type { FileHandles } from './file-handles.ts'
import type { Patience } from './patience.ts'
import { PARALLEL_PARTS } from './send-file.ts'
import type { SendPart } from './send-part.ts'
import { Slots } from './slots.ts'
import { etaSeconds, SpeedMeter } from './speed-meter.ts'
import type { UploadApi } from './upload-api.ts'
import { uploadOne } from './upload-one.ts'
import type { PickedFile, UploaderActions, UploadItem } from './uploader-types.ts'

export interface EngineParts {
  api: UploadApi
  send: SendPart
  /** Why a file would be refused; null when nothing speaks against it. */
  probe: (file: File) => Promise<ErrorBody | null>
  patience: Patience
  handles: FileHandles
  reopen: (handle: FileSystemFileHandle) => Promise<File | null>
  nowMs: () => number
}

/** One file of the list. */
interface Entry {
  item: UploadItem
  handle?: FileSystemFileHandle
  uploadId?: string
  probed: boolean
  /** Of the run in progress. */
  run?: AbortController
  meter: SpeedMeter
}

/** Progress comes hundreds of times a second; people can read four. */
const SHOW_EVERY_MS = 250
const GONE: ErrorBody = { code: 'not_found', message: 'The file arrived, but was deleted before it was checked.' }
const IDLE = { bytesPerSecond: null, etaS: null } as const

/** All uploads of a tab. Components see it through `subscribe` and `snapshot`; see uploader-types.ts for what the states mean. */
export class UploadEngine implements Omit<UploaderActions, 'pick' | 'drop'> {
  readonly #parts: EngineParts
  readonly #slots = new Slots(PARALLEL_PARTS)
  #entries: Entry[] = []
  #listeners = new Set<() => void>()
  #shown: readonly UploadItem[] = []
  #showSoon: ReturnType<typeof setTimeout> | undefined
  #nextId = 1

  constructor(parts: EngineParts) {
    this.#parts = parts
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly snapshot = (): readonly UploadItem[] => this.#shown

  /** Whether leaving the page would interrupt something. */
  get busy(): boolean {
    return this.#entries.some(({ item }) => ['checking', 'uploading', 'confirming'].includes(item.state))
  }

  /** Lists what earlier visits left unfinished. */
  async restore(): Promise<void> {
    const [open, handles] = await Promise.all([this.#parts.api.listOpen(), this.#parts.handles.all()])
    const left = open.filter((upload) => !this.#entries.some((entry) => entry.uploadId === upload.upload_id))
    for (const upload of left) {
      const handle = handles.get(upload.upload_id)
      const entry = this.#enter({
        fileName: upload.file_name,
        bytes: upload.bytes,
        state: 'paused',
        needsFile: !handle,
      })
      Object.assign(entry, { handle, uploadId: upload.upload_id, probed: true })
      this.#change(entry, { assetId: upload.asset_id })
      void this.#showArrived(entry, upload.upload_id)
    }
    const known = new Set(open.map((upload) => upload.upload_id))
    for (const uploadId of handles.keys()) if (!known.has(uploadId)) void this.#parts.handles.forget(uploadId)
  }

  /** How far an unfinished upload got; unimportant enough to go without. */
  async #showArrived(entry: Entry, uploadId: string): Promise<void> {
    const upload = await this.#parts.api.get(uploadId).catch(() => null)
    const sentBytes = upload?.uploaded_parts.reduce((sum, part) => sum + part.bytes, 0)
    if (sentBytes !== undefined && entry.item.state === 'paused') this.#change(entry, { sentBytes })
  }

  add(files: readonly (File | PickedFile)[]): void {
    for (const picked of files) {
      const { file, handle } = 'file' in picked ? picked : { file: picked, handle: undefined }
      const entry = this.#enter({ fileName: file.name, bytes: file.size, state: 'checking', needsFile: false, file })
      entry.handle = handle
      void this.#run(entry)
    }
  }

  pause(id: string): void {
    const entry = this.#find(id, 'checking', 'uploading')
    if (!entry) return
    entry.run?.abort()
    this.#change(entry, { state: 'paused', ...IDLE })
  }

  resume(id: string): void {
    const entry = this.#find(id, 'paused')
    if (entry) void this.#reopen(entry)
  }

  retry(id: string): void {
    const entry = this.#find(id, 'failed')
    if (entry) void this.#run(entry)
  }

  cancel(id: string): void {
    const entry = this.#find(id, 'checking', 'uploading', 'paused', 'failed')
    if (!entry) return
    this.#remove(entry)
    this.#giveUp(entry)
  }

  dismiss(id: string): void {
    const entry = this.#find(id, 'done', 'refused')
    if (entry) this.#remove(entry)
  }

  async #run(entry: Entry): Promise<void> {
    const { file } = entry.item
    if (!file) return
    const run = new AbortController()
    entry.run = run
    this.#change(entry, { state: 'checking', problem: undefined, ...IDLE })
    try {
      const problem = entry.probed ? null : await this.#parts.probe(file)
      run.signal.throwIfAborted()
      if (problem) return this.#change(entry, { state: 'refused', problem })
      entry.probed = true
      this.#finish(entry, await this.#upload(entry, file, run))
    } catch (error) {
      if (run.signal.aborted) return
      this.#change(entry, { state: 'failed', problem: problemOf(error), ...IDLE })
    }
  }

  #upload(entry: Entry, file: File, run: AbortController): Promise<AssetView> {
    const { api, send, patience } = this.#parts
    return uploadOne({
      file,
      api,
      send,
      patience,
      slots: this.#slots,
      signal: run.signal,
      onOpened: (upload) => this.#opened(entry, upload, run),
      onProgress: (sentBytes) => {
        if (!run.signal.aborted) this.#progress(entry, sentBytes)
      },
      onConfirming: () => this.#change(entry, { state: 'confirming', ...IDLE }),
    })
  }

  #opened(entry: Entry, upload: UploadView, run: AbortController): void {
    entry.uploadId = upload.upload_id
    const twin = this.#entries.find((other) => other !== entry && other.uploadId === upload.upload_id)
    const underWay = twin && twin.item.state !== 'paused' && twin.item.state !== 'failed'
    if (!this.#entries.includes(entry)) {
      // Canceled while the server opened it, unless the same file was picked once more meanwhile.
      if (!twin) this.#giveUp(entry)
    } else if (underWay) {
      // The same file twice: it goes on there.
      this.#remove(entry)
      run.abort()
    } else {
      // The same file again: what was left unfinished goes on here.
      if (twin) this.#remove(twin)
      if (entry.handle) void this.#parts.handles.remember(upload.upload_id, entry.handle)
      entry.meter.reset()
      const state = run.signal.aborted ? entry.item.state : 'uploading'
      this.#change(entry, { state, assetId: upload.asset_id, needsFile: false })
    }
  }

  #finish(entry: Entry, asset: AssetView): void {
    if (entry.uploadId) void this.#parts.handles.forget(entry.uploadId)
    const problem = asset.problem ?? (asset.state === 'ready' ? undefined : GONE)
    if (problem) this.#change(entry, { state: 'refused', problem, ...IDLE })
    else this.#change(entry, { state: 'done', sentBytes: entry.item.bytes, ...IDLE })
  }

  /** Goes on with the file at hand, or the one its handle still leads to. */
  async #reopen(entry: Entry): Promise<void> {
    if (entry.item.file) return await this.#run(entry)
    const file = entry.handle ? await this.#parts.reopen(entry.handle) : null
    if (file?.size !== entry.item.bytes) return this.#change(entry, { needsFile: true })
    this.#change(entry, { file })
    await this.#run(entry)
  }

  #giveUp(entry: Entry): void {
    entry.run?.abort()
    if (!entry.uploadId) return
    void this.#parts.handles.forget(entry.uploadId)
    // Should this fail, the upload shows up as unfinished on the next visit, and ends by itself after some days.
    this.#parts.api.abort(entry.uploadId).catch(() => undefined)
  }

  #progress(entry: Entry, sentBytes: number): void {
    entry.meter.add(this.#parts.nowMs(), sentBytes)
    const bytesPerSecond = entry.meter.bytesPerSecond()
    const etaS = etaSeconds(entry.item.bytes - sentBytes, bytesPerSecond)
    entry.item = { ...entry.item, sentBytes, bytesPerSecond, etaS }
    this.#showSoon ??= setTimeout(() => this.#show(), SHOW_EVERY_MS)
  }

  #enter(item: Pick<UploadItem, 'fileName' | 'bytes' | 'state' | 'needsFile' | 'file'>): Entry {
    const id = `upload-${this.#nextId++}`
    const entry = { item: { id, sentBytes: 0, ...IDLE, ...item }, probed: false, meter: new SpeedMeter() }
    this.#entries.push(entry)
    this.#show()
    return entry
  }

  #find(id: string, ...states: UploadItem['state'][]): Entry | undefined {
    return this.#entries.find(({ item }) => item.id === id && states.includes(item.state))
  }

  #remove(entry: Entry): void {
    this.#entries = this.#entries.filter((other) => other !== entry)
    this.#show()
  }

  #change(entry: Entry, change: Partial<UploadItem>): void {
    entry.item = { ...entry.item, ...change }
    this.#show()
  }

  #show(): void {
    clearTimeout(this.#showSoon)
    this.#showSoon = undefined
    this.#shown = this.#entries.map(({ item }) => item)
    for (const listener of this.#listeners) listener()
  }
}

function problemOf(error: unknown): ErrorBody {
  if (error instanceof AppError) return error.toBody()
  return { code: 'unavailable', message: 'The upload was interrupted. Try again: it goes on where it stopped.' }
}
