import { PROJECT_VERSION, ProjectDocument } from '#lib/contracts/project.ts'

type Json = Readonly<Record<string, unknown>>
/** From a version to the next one. A step is written against JSON as it was stored, and never changed afterwards. */
export type MigrationStep = (document: Json) => Json

/** By the version it starts from; one for every version before the current one. */
export const MIGRATIONS: Readonly<Record<number, MigrationStep>> = {}

export type OpenedDocument =
  | { readonly document: ProjectDocument }
  /** `newer`: written by a later version of the app, so it must not be saved over. `damaged`: no project of any version. */
  | { readonly problem: 'newer' | 'damaged' }

/** A stored document of any version as one of today's. */
export function openDocument(value: unknown): OpenedDocument {
  const migrated = migrate(value, PROJECT_VERSION, MIGRATIONS)
  if ('problem' in migrated) return migrated
  const parsed = ProjectDocument.safeParse(migrated.json)
  return parsed.success ? { document: parsed.data } : { problem: 'damaged' }
}

/** Takes the steps from the document's own version to `target`, one after the other. */
export function migrate(
  value: unknown,
  target: number,
  steps: Readonly<Record<number, MigrationStep>>,
): { readonly json: Json } | { readonly problem: 'newer' | 'damaged' } {
  if (!isRecord(value) || !Number.isInteger(value.version)) return { problem: 'damaged' }
  let json = value
  let version = Number(value.version)
  if (version > target) return { problem: 'newer' }
  while (version < target) {
    const step = steps[version]
    if (!step) return { problem: 'damaged' }
    version += 1
    json = { ...step(json), version }
  }
  return { json }
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
