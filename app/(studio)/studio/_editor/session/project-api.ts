import type { z } from 'zod'
import { callApi } from '#app/_components/api-client.ts'
import {
  ProjectConflict,
  ProjectVersionList,
  ProjectVersionView,
  ProjectView,
  SavedProject,
  type SaveProject,
} from '#lib/contracts/api/projects.ts'
import { AppError, ErrorBody } from '#lib/contracts/errors.ts'

export const projectPath = (id: string) => `/api/projects/${encodeURIComponent(id)}`

export type SaveAnswer = { readonly saved: SavedProject } | { readonly changed: ProjectView }

/** What the studio asks of the server. All throw AppError. */
export const projectApi = {
  read: (id: string) => callApi('GET', projectPath(id), ProjectView),
  rename: (id: string, name: string) => callApi('PATCH', projectPath(id), ProjectView, { name }),
  copy: (id: string, document: object, name: string) =>
    callApi('POST', `${projectPath(id)}/copies`, ProjectView, { document, name }),
  versions: (id: string) => callApi('GET', `${projectPath(id)}/versions`, ProjectVersionList),
  version: (id: string, revision: number) =>
    callApi('GET', `${projectPath(id)}/versions/${revision}`, ProjectVersionView),

  /** A refusal as `project_changed` carries the newer project, so it is an answer here. */
  async save(id: string, save: z.input<typeof SaveProject>): Promise<SaveAnswer> {
    const response = await fetch(projectPath(id), {
      method: 'PUT',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify(save),
    }).catch((cause: unknown) => {
      throw new AppError('unavailable', 'There is no connection to ReelBallers.', { cause })
    })
    const body: unknown = await response.json().catch(() => null)
    if (response.ok) return { saved: SavedProject.parse(body) }
    const conflict = ProjectConflict.safeParse(body)
    if (conflict.success) return { changed: conflict.data.project }
    const refused = ErrorBody.safeParse(body)
    if (refused.success) throw new AppError(refused.data.code, refused.data.message)
    throw new AppError('unavailable', `The server answered ${response.status}.`)
  },
}
export type ProjectApi = typeof projectApi
