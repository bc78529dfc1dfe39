import type { LocalD1 } from '#lib/local/d1-over-http.ts'
import { readSchema, type Schema } from './read-schema.ts'

export interface Picture {
  schema: Schema
  rows: Map<string, Record<string, unknown>[]>
}

/** What the migrations took away or changed on purpose: `table.column`, or the name of a CHECK, with the file that did it. */
export type Retired = Readonly<Record<string, readonly string[]>>

export async function takePicture(d1: LocalD1): Promise<Picture> {
  const schema = await readSchema(d1)
  const names = [...schema.tables.keys()]
  const answers = await d1.batch<Record<string, unknown>>(names.map((name) => d1.prepare(`SELECT * FROM ${name}`)))
  return { schema, rows: new Map(names.map((name, index) => [name, answers[index]?.results ?? []])) }
}

/**
 * What the migration lost: triggers, indexes, CHECKs, references, NOT NULLs and rows that were there before and are not, or not as they were, and
 * that it neither drops by name nor `retired` lists. Empty when all is well.
 */
export function whatWasLost(before: Picture, after: Picture, migration: string, retired: readonly string[]): string[] {
  return [
    ...lostObjects(before.schema, after.schema, migration),
    ...[...before.schema.tables.values()].flatMap((table) => lostRules(table.name, before.schema, after.schema)),
    ...[...before.rows].flatMap(([table, rows]) => lostRows(table, rows, after.rows.get(table), retired)),
  ].filter((loss) => !retired.some((name) => loss.endsWith(` ${name}`)))
}

function lostObjects(before: Schema, after: Schema, migration: string): string[] {
  return [...before.objects].flatMap(([name, sql]) => {
    if (after.objects.get(name) === sql) return []
    // Dropping a table takes its triggers and indexes along silently; that is the loss this looks for.
    const onPurpose = new RegExp(`DROP (TRIGGER|INDEX) \`${name}\``).test(migration)
    return onPurpose ? [] : [`${after.objects.has(name) ? 'changed' : 'lost'}: ${name}`]
  })
}

function lostRules(name: string, before: Schema, after: Schema): string[] {
  const [was, is] = [before.tables.get(name), after.tables.get(name)]
  if (!was) return []
  if (!is) return [`lost table: ${name}`]
  const column = (wanted: string) => is.columns.find((candidate) => candidate.name === wanted)
  return [
    ...was.checks.filter((check) => !is.checks.includes(check)).map((check) => `lost CHECK: ${check}`),
    ...was.columns.filter((each) => !column(each.name)).map((each) => `lost column: ${name}.${each.name}`),
    ...was.columns
      .filter((each) => each.required && column(each.name)?.required === false)
      .map((each) => `lost NOT NULL: ${name}.${each.name}`),
    ...[...was.references]
      .filter(([from, to]) => column(from) && is.references.get(from) !== to)
      .map(([from]) => `lost reference: ${name}.${from}`),
  ]
}

/** Each row that was there must still be there, in the columns that both versions have. */
function lostRows(
  table: string,
  before: readonly Record<string, unknown>[],
  after: readonly Record<string, unknown>[] | undefined,
  retired: readonly string[],
): string[] {
  const [first] = after ?? []
  if (!after || before.length === 0) return []
  if (!first) return [`lost rows: all ${before.length} of ${table}`]
  const columns = Object.keys(before[0] ?? {}).filter((name) => name in first && !retired.includes(`${table}.${name}`))
  const project = (row: Record<string, unknown>) => JSON.stringify(columns.map((name) => row[name]))
  const left = new Map<string, number>()
  for (const row of after) left.set(project(row), (left.get(project(row)) ?? 0) + 1)
  return before.flatMap((row) => {
    const count = left.get(project(row)) ?? 0
    left.set(project(row), count - 1)
    return count > 0 ? [] : [`lost or changed row of ${table}: ${project(row)}`]
  })
}
