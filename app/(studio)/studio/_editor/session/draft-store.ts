import { z } from 'zod'
import { inStudioStore } from './studio-database.ts'

/** Work that the server has not acknowledged yet, as one tab has it. */
export const Draft = z.object({
  /** `<project>:<tab>` */
  key: z.string(),
  projectId: z.string(),
  tabId: z.string(),
  baseRevision: z.number(),
  /** Of the save under way when this was written: tells whether the server got it after all. */
  saveId: z.string(),
  /** JSON, opened with `openDocument`. */
  document: z.unknown(),
  atMs: z.number(),
})
export type Draft = z.infer<typeof Draft>

export interface DraftStore {
  put(draft: Draft): Promise<void>
  remove(key: string): Promise<void>
  ofProject(projectId: string): Promise<Draft[]>
}

/** In IndexedDB. Where the browser gives none, nothing is kept beyond the tab: the server still has every save. */
export const storedDrafts: DraftStore = {
  async put(draft) {
    await inStudioStore('drafts', 'readwrite', (store) => store.put(draft))
  },
  async remove(key) {
    await inStudioStore('drafts', 'readwrite', (store) => store.delete(key))
  },
  async ofProject(projectId) {
    const all = await inStudioStore('drafts', 'readonly', (store) => store.getAll())
    const drafts = z.array(z.unknown()).catch([]).parse(all)
    return drafts.flatMap((value) => {
      const draft = Draft.safeParse(value)
      return draft.success && draft.data.projectId === projectId ? [draft.data] : []
    })
  },
}
