import type { ProjectView } from '#lib/contracts/api/projects.ts'
import type { ProjectDocument } from '#lib/contracts/project.ts'
import { openDocument } from '#lib/core/project/migrations.ts'
import { type Draft, storedDrafts } from './draft-store.ts'
import { projectApi } from './project-api.ts'
import { StudioSession } from './studio-session.ts'
import { claimDraft, tabId } from './tab-identity.ts'

export type OpenedSession =
  | { readonly session: StudioSession; readonly project: ProjectView }
  | { readonly problem: 'newer' | 'damaged' }

/**
 * Opens a project as the server has it, and finds the work that an earlier visit could not send: this tab's, or that of a tab that is
 * no more. Throws AppError, or the signal's reason when nobody waits for it any more.
 */
export async function openSession(projectId: string, signal: AbortSignal): Promise<OpenedSession> {
  const project = await projectApi.read(projectId)
  const opened = openDocument(project.document)
  if ('problem' in opened) return opened
  const { key, tab, release } = await claimOwn(projectId)
  const found = await findDraft(projectId, key)
  if (signal.aborted) {
    release()
    signal.throwIfAborted()
  }
  const draft = found && usable(found, opened.document)
  const session = new StudioSession({
    project: draft && found ? { ...project, revision: baseOf(found, project) } : project,
    document: opened.document,
    draft,
    release,
    save: {
      draftKey: key,
      tabId: tab,
      api: projectApi,
      drafts: storedDrafts,
      newSaveId: () => crypto.randomUUID(),
      nowMs: () => Date.now(),
    },
  })
  if (found && found.key !== key) await storedDrafts.remove(found.key)
  if (found && !draft) await storedDrafts.remove(found.key)
  return { session, project }
}

interface Claim {
  readonly key: string
  readonly tab: string
  readonly release: () => void
}

/** A copied tab finds its key taken and goes on under another. */
async function claimOwn(projectId: string): Promise<Claim> {
  for (const tab of [tabId(), crypto.randomUUID()]) {
    const key = `${projectId}:${tab}`
    const release = await claimDraft(key, true)
    if (release) return { key, tab, release }
  }
  // Without locks (a private window): drafts work, only adopting those of dead tabs does not.
  const tab = tabId()
  return { key: `${projectId}:${tab}`, tab, release: () => {} }
}

async function findDraft(projectId: string, key: string): Promise<Draft | undefined> {
  const drafts = (await storedDrafts.ofProject(projectId)).sort((a, b) => b.atMs - a.atMs)
  const own = drafts.find((draft) => draft.key === key)
  if (own) return own
  for (const draft of drafts) {
    const release = await claimDraft(draft.key, false)
    release?.()
    if (release) return draft
  }
  return undefined
}

/** Undefined when the draft is what the server has anyway: its last save arrived, only the answer did not. */
function usable(draft: Draft, saved: ProjectDocument): ProjectDocument | undefined {
  const opened = openDocument(draft.document)
  if ('problem' in opened) return undefined
  return JSON.stringify(opened.document) === JSON.stringify(saved) ? undefined : opened.document
}

/** The draft's own base, so that a newer state on the server is a conflict; unless that state is an earlier save of the draft itself. */
function baseOf(draft: Draft, project: ProjectView): number {
  return draft.saveId === project.save_id ? project.revision : draft.baseRevision
}
