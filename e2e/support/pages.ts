import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const APP = join(import.meta.dirname, '..', '..', 'app')

/** The address of every page on disk: route groups left out, parameters as `[id]`. A page added later is among them. */
export function pagePatterns(): string[] {
  return readdirSync(APP, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(^|\/)page\.tsx$/.test(file))
    .map((file) => {
      const segments = file.split('/').slice(0, -1)
      return `/${segments.filter((segment) => !/^\(.*\)$/.test(segment)).join('/')}`
    })
    .sort()
}

/** Patterns with their parameters filled in by the folder they stand in: `/library/[id]` by `ids.library`. */
export function pageAddress(pattern: string, ids: Readonly<Record<string, string>>): string {
  return pattern.replace(
    /\/([\w-]+)\/\[(?:\.\.\.)?\w+\]/g,
    (_all, folder: string) => `/${folder}/${ids[folder] ?? 'x'}`,
  )
}
