import type { ProjectView } from '#lib/contracts/api/projects.ts'
import type { ProjectDocument } from '#lib/contracts/project.ts'
import { keyframeAt } from '#lib/core/project/crop-keyframes.ts'
import type { EditRefusal, EditType, ProjectEdit } from '#lib/core/project/edits.ts'
import { doEdit, type History, redo, startHistory, undo } from '#lib/core/project/history.ts'
import type { SuggestedClip } from '#lib/core/project/suggested-clips.ts'
import { NO_OVERLAY, type OverlayState } from './overlay-state.ts'
import { SaveLoop, type SaveLoopParts, type SaveState } from './save-loop.ts'
import { createStore, type Store } from './store.ts'

export interface SessionState {
  readonly name: string
  readonly history: History
  readonly save: SaveState
  /** Clips that are selected, by id, in the order they were. */
  readonly selected: readonly string[]
  /** Crop keyframes that are selected, by frame. */
  readonly keyframes: readonly number[]
  readonly overlay: OverlayState
  /** Clips that could be made, shown on the timeline while their list is open. */
  readonly suggested: readonly SuggestedClip[]
  /** Where a clip that is being marked begins, seconds; null when none is. */
  readonly markInS: number | null
  /** What just happened that the eye may miss: spoken, and shown for a moment. */
  readonly news: { readonly id: number; readonly kind: 'undone' | 'redone'; readonly type: EditType } | Refusal | null
}

export interface Refusal {
  readonly id: number
  readonly kind: 'refused'
  readonly why: EditRefusal
}

export interface OpenSession {
  readonly project: Pick<ProjectView, 'id' | 'name' | 'revision' | 'updated_at_ms'>
  readonly document: ProjectDocument
  /** Unsaved work of an earlier visit; it becomes the first thing that can be undone. */
  readonly draft?: ProjectDocument | undefined
  /** Gives the tab's draft free for the next who opens the project. */
  readonly release: () => void
  readonly save: Omit<SaveLoopParts, 'onState' | 'projectId'>
}

/** One open project: its document, what is selected, and the way to the server. Everything that edits goes through `edit`. */
export class StudioSession {
  readonly projectId: string
  readonly store: Store<SessionState>
  readonly #loop: SaveLoop
  readonly #release: () => void
  #news = 0

  constructor({ project, document, draft, release, save }: OpenSession) {
    this.#release = release
    this.projectId = project.id
    this.store = createStore<SessionState>({
      name: project.name,
      history: startHistory(document),
      save: { kind: 'saved', atMs: project.updated_at_ms },
      selected: [],
      keyframes: [],
      overlay: NO_OVERLAY,
      suggested: [],
      markInS: null,
      news: null,
    })
    const parts = { ...save, projectId: project.id, onState: (state: SaveState) => this.store.set({ save: state }) }
    this.#loop = new SaveLoop(parts, { revision: project.revision, document })
    if (draft) this.edit({ type: 'replace_document', document: draft })
  }

  get document(): ProjectDocument {
    return this.store.get().history.document
  }

  get dirty(): boolean {
    return this.#loop.dirty
  }

  /** True when it was made. Edits of one `gesture` are undone together. */
  edit(edit: ProjectEdit, gesture?: string): boolean {
    const result = doEdit(this.store.get().history, edit, gesture)
    if ('refused' in result) {
      this.store.set({ news: { id: ++this.#news, kind: 'refused', why: result.refused } })
      return false
    }
    this.#move(result.history)
    return true
  }

  undo(): void {
    const { history } = this.store.get()
    const type = history.past.at(-1)?.type
    if (!type) return
    this.#move(undo(history))
    this.store.set({ news: { id: ++this.#news, kind: 'undone', type } })
  }

  redo(): void {
    const { history } = this.store.get()
    const type = history.future[0]?.type
    if (!type) return
    this.#move(redo(history))
    this.store.set({ news: { id: ++this.#news, kind: 'redone', type } })
  }

  select(ids: readonly string[]): void {
    this.store.set({ selected: ids })
  }

  selectKeyframes(frames: readonly number[]): void {
    this.store.set({ keyframes: frames })
  }

  setOverlay(changes: Partial<OverlayState>): void {
    this.store.set({ overlay: { ...this.store.get().overlay, ...changes } })
  }

  flush(): void {
    this.#loop.flush()
  }

  /** What is not sent yet is sent; should that fail, the draft is what the next visit finds. */
  close(): void {
    this.#loop.flush()
    this.#release()
  }

  /** A conflict, decided for this tab's document. */
  keepMine(theirs: ProjectView): void {
    this.#loop.overwrite(theirs)
  }

  /** A conflict, decided for the newer document. This tab's own can be brought back with undo. */
  takeTheirs(theirs: ProjectView, document: ProjectDocument): void {
    const result = doEdit(this.store.get().history, { type: 'replace_document', document })
    const history = 'refused' in result ? startHistory(document) : result.history
    this.#loop.accept(theirs, history.document)
    this.store.set({ history, selected: [], name: theirs.name })
  }

  #move(history: History): void {
    if (history === this.store.get().history) return
    const known = new Set(history.document.clips.map(({ id }) => id))
    const selected = this.store.get().selected
    const still = selected.filter((id) => known.has(id))
    const { keyframes } = this.store.get()
    const there = keyframes.filter((frame) => keyframeAt(history.document.crop.keyframes, frame))
    this.store.set({
      history,
      selected: still.length === selected.length ? selected : still,
      keyframes: there.length === keyframes.length ? keyframes : there,
    })
    this.#loop.changed(history.document)
  }
}
