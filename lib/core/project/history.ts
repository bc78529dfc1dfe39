import type { ProjectDocument } from '#lib/contracts/project.ts'
import { applyEdit } from './apply-edit.ts'
import type { EditRefusal, EditType, ProjectEdit } from './edits.ts'

/** A state to go back (or forward) to. States share whatever did not change, so remembering one costs its changed lists only. */
interface Step {
  readonly document: ProjectDocument
  readonly type: EditType
  /** Edits of one gesture (a drag, a word being typed) are one step. */
  readonly gesture: string | undefined
  /** Entries of lists that only this step keeps alive, at most. */
  readonly weight: number
}

export interface History {
  readonly document: ProjectDocument
  readonly past: readonly Step[]
  readonly future: readonly Step[]
}

export const MAX_STEPS = 300
/** Entries of lists in all steps together: about 8 bytes each. */
export const MAX_WEIGHT = 1_000_000

export function startHistory(document: ProjectDocument): History {
  return { document, past: [], future: [] }
}

/**
 * Makes an edit. Edits of the same `gesture` that follow each other are undone together. An edit that changes nothing is no step, and
 * leaves what was undone ready to be redone.
 */
export function doEdit(
  history: History,
  edit: ProjectEdit,
  gesture?: string,
): { readonly history: History } | { readonly refused: EditRefusal } {
  const result = applyEdit(history.document, edit)
  if ('refused' in result) return result
  const { document } = result
  if (document === history.document) return { history }
  const last = history.past.at(-1)
  const goesOn = gesture !== undefined && last?.gesture === gesture && history.future.length === 0
  if (goesOn) return { history: { document, past: history.past, future: [] } }
  const weight = weightOf(history.document, document)
  const step: Step = { document: history.document, type: edit.type, gesture, weight }
  return { history: { document, past: bounded([...history.past, step]), future: [] } }
}

/** The same history when there is nothing to undo. */
export function undo(history: History): History {
  const step = history.past.at(-1)
  if (!step) return history
  // Without its gesture: what comes after an undo is a new step.
  const redone: Step = { ...step, document: history.document, gesture: undefined }
  return { document: step.document, past: history.past.slice(0, -1), future: [redone, ...history.future] }
}

export function redo(history: History): History {
  const [step, ...future] = history.future
  if (!step) return history
  return { document: step.document, past: [...history.past, { ...step, document: history.document }], future }
}

function bounded(past: readonly Step[]): readonly Step[] {
  let weight = 0
  let kept = 0
  for (const step of past.toReversed()) {
    weight += step.weight
    if (kept === MAX_STEPS || (kept > 0 && weight > MAX_WEIGHT)) break
    kept += 1
  }
  return past.slice(past.length - kept)
}

function weightOf(before: ProjectDocument, after: ProjectDocument): number {
  const lists = ({ clips, crop, highlights, tracks }: ProjectDocument) =>
    [clips, crop.keyframes, highlights.regions, tracks.identities, ...highlights.regions.map(ellipsesOf)] as const
  const kept = new Set<unknown>(lists(after))
  return 1 + lists(before).reduce((sum, list) => sum + (kept.has(list) ? 0 : list.length), 0)
}

function ellipsesOf({ follows }: ProjectDocument['highlights']['regions'][number]): readonly unknown[] {
  return follows.kind === 'keyframes' ? follows.keyframes : []
}
