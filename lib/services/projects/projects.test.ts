import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { projects, projectVersions } from '#db/schema/projects.ts'
import { assets } from '#db/schema/uploads.ts'
import { PROJECT_RESTORE_DAYS, type ProjectView, SaveProject } from '#lib/contracts/api/projects.ts'
import { MAX_PROJECT_BYTES, type ProjectDocument } from '#lib/contracts/project.ts'
import { newProject } from '#lib/core/project/new-project.ts'
import { openTestServices, type TestServices } from '#lib/local/test-services.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { copyProject } from './copy-project.ts'
import { createProject } from './create-project.ts'
import { deleteProject } from './delete-project.ts'
import { listProjects } from './list-projects.ts'
import { listVersions } from './list-versions.ts'
import { readProject } from './read-project.ts'
import { readVersion } from './read-version.ts'
import { renameProject } from './rename-project.ts'
import { restoreProject } from './restore-project.ts'
import { saveProject, VERSION_EVERY_MS } from './save-project.ts'
import { sweepProjects } from './sweep-projects.ts'

let t: TestServices
beforeAll(async () => {
  t = await openTestServices()
})
afterAll(() => t.close())

async function newAsset(ctx: UserCtx, state: 'uploading' | 'rejected' = 'uploading'): Promise<string> {
  const id = ctx.newId('ast')
  const row = { id, userId: ctx.userId, objectKey: `originals/${id}`, bytes: 5, contentType: 'video/mp4' }
  await t.ctx.db
    .insert(assets)
    .values({ ...row, kind: 'uploaded', state, fileName: 'Cup final.mp4', createdAtMs: ctx.nowMs() })
  return id
}

async function newOwner(): Promise<{ ctx: UserCtx; project: ProjectView }> {
  const ctx = await t.newUser()
  return { ctx, project: await createProject({ ctx, input: { asset_id: await newAsset(ctx) } }) }
}

/** A document that says in its one clip who wrote it. */
function signed(project: ProjectView, label: string): ProjectDocument {
  const clip = { id: 'c', start_time: 0, end_time: 1, label, kept: true }
  return { ...newProject(project.asset?.id ?? ''), clips: [clip] }
}

function save(ctx: UserCtx, project: ProjectView, label: string, more: Partial<SaveProject> = {}) {
  const input = SaveProject.parse({
    document: signed(project, label),
    base_revision: project.revision,
    save_id: `save-of-${label.replaceAll(' ', '-')}-`,
    ...more,
  })
  return saveProject({ ctx, input: { ...input, projectId: project.id } })
}

function labelOf({ document }: { document: ProjectView['document'] }): string | undefined {
  return (document as ProjectDocument).clips[0]?.label
}

const MINUTE = 60_000

describe('a project', () => {
  test('begins with the video’s name, while that still uploads', async () => {
    const { project } = await newOwner()
    expect(project).toMatchObject({ name: 'Cup final', revision: 1, asset: { state: 'uploading' } })
    expect(project.document).toEqual(newProject(project.asset?.id ?? ''))
  })

  test('is not made of a video that was refused, is gone, or is somebody else’s', async () => {
    const ctx = await t.newUser()
    const other = await t.newUser()
    const refused = await newAsset(ctx, 'rejected')
    await expect(createProject({ ctx, input: { asset_id: refused } })).rejects.toMatchObject({ code: 'corrupt_media' })
    const theirs = await newAsset(other)
    await expect(createProject({ ctx, input: { asset_id: theirs } })).rejects.toMatchObject({ code: 'not_found' })
  })

  test('is nobody else’s to read, save, copy, rename or delete', async () => {
    const { project } = await newOwner()
    const ctx = await t.newUser()
    const input = { projectId: project.id }
    const tries = [
      readProject({ ctx, input }),
      save(ctx, project, 'theft'),
      copyProject({ ctx, input }),
      renameProject({ ctx, input: { ...input, name: 'Mine' } }),
      deleteProject({ ctx, input }),
      restoreProject({ ctx, input }),
      listVersions({ ctx, input }),
      readVersion({ ctx, input: { ...input, revision: 1 } }),
    ]
    const outcomes = await Promise.allSettled(tries)
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.code)).toEqual(
      tries.map(() => 'not_found'),
    )
  })

  test('is listed without its document, last worked on first', async () => {
    const { ctx, project } = await newOwner()
    t.advance(MINUTE)
    const second = await createProject({ ctx, input: { asset_id: project.asset?.id ?? '', name: 'Second' } })
    t.advance(MINUTE)
    await save(ctx, project, 'later')
    const { projects: list } = await listProjects({ ctx, input: {} })
    expect(list.map(({ id }) => id)).toEqual([project.id, second.id])
    expect(list[0]).not.toHaveProperty('document')
    await deleteProject({ ctx, input: { projectId: second.id } })
    expect((await listProjects({ ctx, input: { deleted: true } })).projects.map(({ id }) => id)).toEqual([second.id])
  })

  test('outlives its video, which is then missing', async () => {
    const { ctx, project } = await newOwner()
    await t.ctx.db.update(assets).set({ state: 'deleted' })
    expect(await readProject({ ctx, input: { projectId: project.id } })).toMatchObject({ asset: null })
  })
})

describe('saving', () => {
  test('raises the revision; a stale save changes nothing and is handed the newer document', async () => {
    const { ctx, project } = await newOwner()
    expect(await save(ctx, project, 'first')).toMatchObject({ saved: { revision: 2 } })
    const stale = await save(ctx, project, 'stale')
    expect(stale).toMatchObject({ changed: { revision: 2 } })
    expect('changed' in stale && labelOf(stale.changed)).toBe('first')
  })

  test('twice under one id counts once: the first answer may have been lost', async () => {
    const { ctx, project } = await newOwner()
    const once = await save(ctx, project, 'again')
    expect(await save(ctx, project, 'again')).toEqual(once)
    expect(await readProject({ ctx, input: { projectId: project.id } })).toMatchObject({ revision: 2 })
  })

  test('in ten tabs at once is won by one, and every other is told by whom', async () => {
    const { ctx, project } = await newOwner()
    const labels = Array.from({ length: 10 }, (_, index) => `tab ${index}`)
    const outcomes = await Promise.all(
      labels.map((label, index) => save(ctx, project, label, { save_id: `save-tab-${index}` })),
    )
    const winner = outcomes.findIndex((outcome) => 'saved' in outcome)
    expect(outcomes.filter((outcome) => 'saved' in outcome)).toHaveLength(1)
    for (const outcome of outcomes) if ('changed' in outcome) expect(labelOf(outcome.changed)).toBe(labels[winner])
    expect((await listVersions({ ctx, input: { projectId: project.id } })).versions).toHaveLength(1)
  })

  test('is refused when it is no project, of another video, or too large', async () => {
    const { ctx, project } = await newOwner()
    const other = { ...signed(project, 'x'), asset_id: 'ast_other' }
    const keyframes = Array.from({ length: 20_000 }, (_, frame) => ({
      frame,
      x: 0.123456789,
      y: 0,
      width: 90,
      height: 160,
      source: 'auto',
      reason: 'x'.repeat(40),
    }))
    const large = { ...signed(project, 'x'), crop: { aspect: '9:16', keyframes, smoothing: 0, fill: 'crop' } }
    expect(JSON.stringify(large).length).toBeGreaterThan(MAX_PROJECT_BYTES)
    const refused = async (document: object, code: string) =>
      await expect(save(ctx, project, 'x', { document: { ...document } })).rejects.toMatchObject({ code })
    await refused({ nothing: 'here' }, 'invalid_request')
    await refused(other, 'invalid_request')
    await refused(large, 'limit_exceeded')
    expect(await readProject({ ctx, input: { projectId: project.id } })).toMatchObject({ revision: 1 })
  })

  test('into a deleted project finds nothing', async () => {
    const { ctx, project } = await newOwner()
    await deleteProject({ ctx, input: { projectId: project.id } })
    await expect(save(ctx, project, 'late')).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('versions', () => {
  const revisions = async (ctx: UserCtx, project: ProjectView) =>
    (await listVersions({ ctx, input: { projectId: project.id } })).versions.map(({ revision }) => revision)

  test('are kept a few minutes apart, and can be read', async () => {
    const { ctx, project } = await newOwner()
    let revision = 1
    for (const [label, waitMs] of [
      ['one', MINUTE],
      ['two', MINUTE],
      ['three', MINUTE],
      ['four', VERSION_EVERY_MS - 2 * MINUTE],
    ] as const) {
      t.advance(waitMs)
      await save(ctx, project, label, { base_revision: revision })
      revision += 1
    }
    expect(await revisions(ctx, project)).toEqual([4, 1])
    const three = await readVersion({ ctx, input: { projectId: project.id, revision: 4 } })
    expect(labelOf(three)).toBe('three')
  })

  test('are kept at once when somebody saves over somebody on purpose', async () => {
    const { ctx, project } = await newOwner()
    await save(ctx, project, 'theirs')
    await save(ctx, project, 'mine', { base_revision: 2, keep_replaced: true })
    const kept = await readVersion({ ctx, input: { projectId: project.id, revision: 2 } })
    expect(labelOf(kept)).toBe('theirs')
  })
})

describe('a copy', () => {
  test('has a life of its own, with the saved document or the one that is sent', async () => {
    const { ctx, project } = await newOwner()
    await save(ctx, project, 'saved')
    const input = { projectId: project.id }
    const plain = await copyProject({ ctx, input })
    expect(plain).toMatchObject({ name: 'Cup final (copy)', revision: 1 })
    expect(labelOf(plain)).toBe('saved')
    const mine = await copyProject({ ctx, input: { ...input, document: signed(project, 'unsaved'), name: 'Mine' } })
    expect(labelOf(mine)).toBe('unsaved')
    expect(labelOf(await readProject({ ctx, input }))).toBe('saved')
  })
})

describe('a deleted project', () => {
  test('comes back when it is restored in time, and is gone with its versions when not', async () => {
    const { ctx, project } = await newOwner()
    const input = { projectId: project.id }
    await save(ctx, project, 'worth it')
    await deleteProject({ ctx, input })
    await expect(readProject({ ctx, input })).rejects.toMatchObject({ code: 'not_found' })
    await restoreProject({ ctx, input })
    expect(labelOf(await readProject({ ctx, input }))).toBe('worth it')

    await deleteProject({ ctx, input })
    await sweepProjects({ ctx: t.ctx })
    expect(await restoreProject({ ctx, input })).toMatchObject({ deleted_at_ms: null })
    await deleteProject({ ctx, input })
    t.advance((PROJECT_RESTORE_DAYS + 1) * 24 * 60 * MINUTE)
    await Promise.all([sweepProjects({ ctx: t.ctx }), sweepProjects({ ctx: t.ctx })])
    await expect(restoreProject({ ctx, input })).rejects.toMatchObject({ code: 'not_found' })
    const left = await t.ctx.db.select({ projectId: projectVersions.projectId }).from(projectVersions)
    const known = await t.ctx.db.select({ id: projects.id }).from(projects)
    expect(left.map(({ projectId }) => projectId)).not.toContain(project.id)
    expect(known.map(({ id }) => id)).not.toContain(project.id)
  })
})
