import type { ProjectView, SavedProject } from '#lib/contracts/api/projects.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { ProjectDocument } from '#lib/contracts/project.ts'
import type { DraftStore } from './draft-store.ts'
import type { ProjectApi } from './project-api.ts'

export type SaveState =
  | { readonly kind: 'saved'; readonly atMs: number | null }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'saving' }
  /** The work is safe in this browser; it is sent again by itself. */
  | { readonly kind: 'offline' }
  /** Somebody saved in between; the user decides. */
  | { readonly kind: 'conflict'; readonly theirs: ProjectView }
  /** Sending it again would not help. */
  | { readonly kind: 'failed'; readonly error: unknown }

export interface SaveLoopParts {
  readonly projectId: string
  readonly draftKey: string
  readonly tabId: string
  readonly api: Pick<ProjectApi, 'save'>
  readonly drafts: DraftStore
  readonly newSaveId: () => string
  readonly nowMs: () => number
  readonly onState: (state: SaveState) => void
}

/** An edit is sent when the hands rest; while they do not, at least so often. */
const REST_MS = 700
const AT_LEAST_EVERY_MS = 5000
const FIRST_RETRY_MS = 1000
const LONGEST_RETRY_MS = 30_000

/**
 * Brings every document to the server, one save at a time, the newest always last. Until the server has acknowledged a document it is
 * kept as a draft in the browser. The same save is sent again under the same id, so a lost answer is no conflict.
 */
export class SaveLoop {
  readonly #parts: SaveLoopParts
  #revision: number
  #acknowledged: ProjectDocument
  #latest: ProjectDocument
  /** The save under way, or to be repeated as it was. */
  #pending: { readonly id: string; readonly document: ProjectDocument; readonly keepReplaced: boolean } | null = null
  #sending = false
  #timer: ReturnType<typeof setTimeout> | undefined
  #dirtySinceMs: number | null = null
  #failures = 0
  #stopped = false
  #keepReplaced = false

  constructor(parts: SaveLoopParts, start: { readonly revision: number; readonly document: ProjectDocument }) {
    this.#parts = parts
    this.#revision = start.revision
    this.#acknowledged = start.document
    this.#latest = start.document
  }

  /** Whether the server may have another state than the newest. A save in doubt counts: it may have arrived. */
  get dirty(): boolean {
    return this.#latest !== this.#acknowledged || this.#pending !== null
  }

  /** A new state of the document; the draft is written at once. */
  changed(document: ProjectDocument): void {
    this.#latest = document
    // Undone to just what is saved.
    if (!this.dirty && !this.#stopped) {
      this.#settled(null)
      return
    }
    void this.#writeDraft()
    if (this.#stopped) return
    this.#dirtySinceMs ??= this.#parts.nowMs()
    if (!this.#sending && this.#failures === 0) this.#parts.onState({ kind: 'waiting' })
    const waited = this.#parts.nowMs() - this.#dirtySinceMs
    if (this.#failures === 0) this.#sendIn(Math.min(REST_MS, Math.max(0, AT_LEAST_EVERY_MS - waited)))
  }

  /** Now, without waiting for the hands to rest: the tab is left, or the network is back. */
  flush(): void {
    if (!this.#stopped && this.dirty) this.#sendIn(0)
  }

  /** After a conflict: this document replaces theirs, which is kept as a version. */
  overwrite(theirs: ProjectView): void {
    this.#resume(theirs)
    this.#keepReplaced = true
    this.#sendIn(0)
  }

  /** After a conflict: what is there now is the base of what the user does next. */
  accept(theirs: ProjectView, document: ProjectDocument): void {
    this.#resume(theirs)
    this.#acknowledged = document
    this.#latest = document
    this.#settled(theirs.updated_at_ms)
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  #resume(theirs: ProjectView): void {
    this.#stopped = false
    this.#failures = 0
    this.#pending = null
    this.#revision = theirs.revision
  }

  #sendIn(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#send(), ms)
  }

  async #send(): Promise<void> {
    if (this.#sending || this.#stopped || !(this.dirty || this.#keepReplaced)) return
    this.#sending = true
    this.#dirtySinceMs = null
    this.#pending ??= { id: this.#parts.newSaveId(), document: this.#latest, keepReplaced: this.#keepReplaced }
    const { id, document, keepReplaced } = this.#pending
    this.#parts.onState({ kind: 'saving' })
    await this.#writeDraft()
    try {
      const answer = await this.#parts.api.save(this.#parts.projectId, {
        document,
        base_revision: this.#revision,
        save_id: id,
        keep_replaced: keepReplaced,
      })
      this.#sending = false
      if ('changed' in answer) this.#halt({ kind: 'conflict', theirs: answer.changed })
      else this.#acknowledge(answer.saved, document)
    } catch (error) {
      this.#sending = false
      this.#failed(error)
    }
  }

  #acknowledge(saved: SavedProject, document: ProjectDocument): void {
    this.#revision = saved.revision
    this.#acknowledged = document
    this.#pending = null
    this.#keepReplaced = false
    this.#failures = 0
    if (this.dirty) this.changed(this.#latest)
    else this.#settled(saved.updated_at_ms)
  }

  #settled(atMs: number | null): void {
    clearTimeout(this.#timer)
    this.#dirtySinceMs = null
    void this.#parts.drafts.remove(this.#parts.draftKey)
    this.#parts.onState({ kind: 'saved', atMs })
  }

  #failed(error: unknown): void {
    const lasting = error instanceof AppError && error.status < 500 && error.code !== 'rate_limited'
    if (lasting) {
      this.#halt({ kind: 'failed', error })
      return
    }
    this.#failures += 1
    this.#parts.onState({ kind: 'offline' })
    this.#sendIn(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.#failures - 1)))
  }

  #halt(state: SaveState): void {
    this.#stopped = true
    this.#parts.onState(state)
  }

  #writeDraft(): Promise<void> {
    const { draftKey: key, projectId, tabId, drafts, nowMs } = this.#parts
    const saveId = this.#pending?.id ?? ''
    return drafts.put({
      key,
      projectId,
      tabId,
      baseRevision: this.#revision,
      saveId,
      document: this.#latest,
      atMs: nowMs(),
    })
  }
}
