import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ProjectView, SaveProject } from '#lib/contracts/api/projects.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { ProjectDocument } from '#lib/contracts/project.ts'
import { newProject } from '#lib/core/project/new-project.ts'
import type { Draft } from './draft-store.ts'
import type { SaveAnswer } from './project-api.ts'
import { SaveLoop, type SaveState } from './save-loop.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A document that is known by its threshold. */
function documentOf(threshold: number): ProjectDocument {
  return { ...newProject('ast_1'), scenes: { threshold, min_scene_length: 1 } }
}

type Sent = Pick<SaveProject, 'base_revision' | 'save_id' | 'keep_replaced'> & { threshold: number }

/** The server as the loop meets it: revisions, repeated saves, other writers, and answers that do not come. */
function world() {
  const server = { revision: 1, saveId: '', threshold: 1, up: true, loseAnswers: false, error: null as AppError | null }
  const sent: Sent[] = []
  const states: SaveState[] = []
  const drafts = new Map<string, Draft>()
  let ids = 0
  const answer = (save: Sent): SaveAnswer => {
    const saved = { saved: { revision: server.revision, updated_at_ms: 5 } }
    if (save.save_id === server.saveId) return saved
    if (save.base_revision !== server.revision) return { changed: theirs() }
    Object.assign(server, { revision: server.revision + 1, saveId: save.save_id, threshold: save.threshold })
    return { saved: { ...saved.saved, revision: server.revision } }
  }
  const theirs = (): ProjectView => ({
    id: 'prj_1',
    name: 'Cup',
    revision: server.revision,
    created_at_ms: 0,
    updated_at_ms: 9,
    deleted_at_ms: null,
    asset: null,
    document: documentOf(server.threshold),
    save_id: server.saveId,
  })
  const loop = new SaveLoop(
    {
      projectId: 'prj_1',
      draftKey: 'prj_1:tab',
      tabId: 'tab',
      api: {
        async save(_id, { document, base_revision, save_id, keep_replaced = false }) {
          const { scenes } = document as ProjectDocument
          const save = { base_revision, save_id, keep_replaced, threshold: scenes.threshold }
          sent.push(save)
          if (server.error) throw server.error
          if (!server.up) throw new AppError('unavailable', 'no connection')
          const result = answer(save)
          if (server.loseAnswers) throw new AppError('unavailable', 'the answer was lost')
          return result
        },
      },
      drafts: {
        put: async (draft) => void drafts.set(draft.key, draft),
        remove: async (key) => void drafts.delete(key),
        ofProject: async () => [...drafts.values()],
      },
      newSaveId: () => `save-${++ids}`,
      nowMs: () => Date.now(),
      onState: (state) => states.push(state),
    },
    { revision: 1, document: documentOf(1) },
  )
  return { loop, server, sent, drafts, theirs, states, now: () => states.at(-1)?.kind }
}

test('an edit is sent when the hands rest, the newest document only', async () => {
  const { loop, sent, now, drafts } = world()
  loop.changed(documentOf(2))
  await vi.advanceTimersByTimeAsync(300)
  loop.changed(documentOf(3))
  expect([sent.length, now(), drafts.size]).toEqual([0, 'waiting', 1])
  await vi.advanceTimersByTimeAsync(1000)
  expect(sent).toMatchObject([{ threshold: 3, base_revision: 1 }])
  expect([now(), drafts.size]).toEqual(['saved', 0])
})

test('hands that never rest are not waited for longer than five seconds', async () => {
  const { loop, sent } = world()
  for (let i = 0; i < 60; i += 1) {
    loop.changed(documentOf(2 + i))
    await vi.advanceTimersByTimeAsync(100)
  }
  expect(sent).toHaveLength(1)
})

test('offline work is kept in the browser and sent when the server answers again', async () => {
  const { loop, server, sent, now, drafts } = world()
  server.up = false
  loop.changed(documentOf(2))
  await vi.advanceTimersByTimeAsync(10_000)
  expect(now()).toBe('offline')
  expect(drafts.get('prj_1:tab')).toMatchObject({ baseRevision: 1, document: documentOf(2) })
  loop.changed(documentOf(3))
  expect(now()).toBe('offline')
  server.up = true
  await vi.advanceTimersByTimeAsync(40_000)
  expect([now(), server.threshold, drafts.size]).toEqual(['saved', 3, 0])
  // What was under way is repeated as it was; then comes what was edited since.
  expect(new Set(sent.map(({ save_id }) => save_id)).size).toBe(2)
})

test('a save whose answer was lost is no conflict with itself', async () => {
  const { loop, server, now } = world()
  server.loseAnswers = true
  loop.changed(documentOf(2))
  await vi.advanceTimersByTimeAsync(800)
  expect([now(), server.revision]).toEqual(['offline', 2])
  server.loseAnswers = false
  loop.changed(documentOf(3))
  await vi.advanceTimersByTimeAsync(10_000)
  expect([now(), server.threshold, server.revision]).toEqual(['saved', 3, 3])
})

test('when somebody else saved, it stops, keeps the draft and asks', async () => {
  const { loop, server, sent, states, now, drafts } = world()
  Object.assign(server, { revision: 2, saveId: 'other', threshold: 77 })
  loop.changed(documentOf(2))
  await vi.advanceTimersByTimeAsync(1000)
  expect(states.at(-1)).toMatchObject({ kind: 'conflict', theirs: { revision: 2 } })
  loop.changed(documentOf(3))
  await vi.advanceTimersByTimeAsync(60_000)
  expect([sent.length, now(), drafts.get('prj_1:tab')?.document]).toEqual([1, 'conflict', documentOf(3)])
})

test('keeping mine replaces theirs, which the server keeps as a version', async () => {
  const { loop, server, sent, theirs, now } = world()
  Object.assign(server, { revision: 2, saveId: 'other', threshold: 77 })
  loop.changed(documentOf(2))
  await vi.advanceTimersByTimeAsync(1000)
  loop.overwrite(theirs())
  await vi.advanceTimersByTimeAsync(1000)
  expect(sent.at(-1)).toMatchObject({ base_revision: 2, keep_replaced: true, threshold: 2 })
  expect([now(), server.threshold]).toEqual(['saved', 2])
  loop.changed(documentOf(4))
  await vi.advanceTimersByTimeAsync(1000)
  expect(sent.at(-1)).toMatchObject({ base_revision: 3, keep_replaced: false })
})

test('taking theirs sends nothing, and goes on from there', async () => {
  const { loop, server, sent, theirs, drafts } = world()
  Object.assign(server, { revision: 2, saveId: 'other', threshold: 77 })
  loop.changed(documentOf(2))
  await vi.advanceTimersByTimeAsync(1000)
  loop.accept(theirs(), documentOf(77))
  await vi.advanceTimersByTimeAsync(5000)
  expect([sent.length, drafts.size, loop.dirty]).toEqual([1, 0, false])
  loop.changed(documentOf(78))
  await vi.advanceTimersByTimeAsync(1000)
  expect(sent.at(-1)).toMatchObject({ base_revision: 2, threshold: 78 })
})

test('what the server refuses for good is not sent again, and stays in the browser', async () => {
  const { loop, server, sent, now, drafts } = world()
  server.error = new AppError('limit_exceeded', 'too much')
  loop.changed(documentOf(2))
  await vi.advanceTimersByTimeAsync(60_000)
  expect([sent.length, now(), drafts.size]).toEqual([1, 'failed', 1])
})

test('an edit that is undone before it was sent is nothing to send', async () => {
  const { loop, sent, now, drafts } = world()
  const start = documentOf(1)
  loop.changed(start)
  await vi.advanceTimersByTimeAsync(1000)
  loop.changed(documentOf(2))
  loop.changed(start)
  expect([now(), drafts.size]).toEqual(['saved', 0])
  await vi.advanceTimersByTimeAsync(10_000)
  expect([sent.length, now()]).toEqual([1, 'saved'])
})

test('an edit that is undone after its save may have arrived is sent all the same', async () => {
  const { loop, server, now } = world()
  const start = documentOf(1)
  loop.changed(start)
  await vi.advanceTimersByTimeAsync(1000)
  server.loseAnswers = true
  loop.changed(documentOf(2))
  await vi.advanceTimersByTimeAsync(800)
  expect([now(), server.threshold]).toEqual(['offline', 2])
  loop.changed(start)
  server.loseAnswers = false
  await vi.advanceTimersByTimeAsync(10_000)
  expect([now(), server.threshold]).toEqual(['saved', 1])
})

test('leaving the tab sends at once', async () => {
  const { loop, sent } = world()
  loop.changed(documentOf(2))
  loop.flush()
  await vi.advanceTimersByTimeAsync(0)
  expect(sent).toHaveLength(1)
})
