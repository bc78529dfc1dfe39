import { and, desc, eq, isNotNull, isNull, lt, ne, or } from 'drizzle-orm'
import { projects } from '#db/schema/projects.ts'
import { assets } from '#db/schema/uploads.ts'
import type { ProjectList } from '#lib/contracts/api/projects.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { projectSummary } from './project-view.ts'

const PAGE_SIZE = 24

/** Everything but the document, which may be a megabyte. */
const SUMMARY = {
  id: projects.id,
  userId: projects.userId,
  assetId: projects.assetId,
  name: projects.name,
  revision: projects.revision,
  saveId: projects.saveId,
  createdAtMs: projects.createdAtMs,
  updatedAtMs: projects.updatedAtMs,
  deletedAtMs: projects.deletedAtMs,
}

export interface ListProjects {
  cursor?: string | undefined
  assetId?: string | undefined
  /** Those that can be restored, instead of those that are there. */
  deleted?: boolean | undefined
}

/** Last worked on first, without documents. Throws AppError `invalid_request` for a cursor that is not ours. */
export async function listProjects({ ctx, input }: { ctx: UserCtx; input: ListProjects }): Promise<ProjectList> {
  const after = input.cursor === undefined ? undefined : parseCursor(input.cursor)
  const rows = await ctx.db
    .select({ project: SUMMARY, asset: assets })
    .from(projects)
    .leftJoin(assets, and(eq(assets.id, projects.assetId), eq(assets.userId, ctx.userId), ne(assets.state, 'deleted')))
    .where(
      and(
        eq(projects.userId, ctx.userId),
        input.deleted ? isNotNull(projects.deletedAtMs) : isNull(projects.deletedAtMs),
        input.assetId === undefined ? undefined : eq(projects.assetId, input.assetId),
        after &&
          or(
            lt(projects.updatedAtMs, after.updatedAtMs),
            and(eq(projects.updatedAtMs, after.updatedAtMs), lt(projects.id, after.id)),
          ),
      ),
    )
    .orderBy(desc(projects.updatedAtMs), desc(projects.id))
    .limit(PAGE_SIZE + 1)
  const page = rows.slice(0, PAGE_SIZE)
  const last = page.at(-1)?.project
  return {
    projects: await Promise.all(page.map(({ project, asset }) => projectSummary({ ctx, row: project, asset }))),
    next_cursor: last && rows.length > PAGE_SIZE ? `${last.updatedAtMs}.${last.id}` : null,
  }
}

function parseCursor(cursor: string): { updatedAtMs: number; id: string } {
  const match = /^(\d{1,15})\.(\w{1,64})$/.exec(cursor)
  if (!match?.[1] || !match[2]) {
    throw new AppError('invalid_request', 'This is not the cursor of a page.', { field: 'cursor' })
  }
  return { updatedAtMs: Number(match[1]), id: match[2] }
}
