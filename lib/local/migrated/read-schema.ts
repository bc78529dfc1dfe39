import type { LocalD1 } from '#lib/local/d1-over-http.ts'

export interface Column {
  name: string
  type: string
  required: boolean
  hasDefault: boolean
  inPrimaryKey: boolean
}

export interface Table {
  name: string
  columns: Column[]
  /** Column → the table it refers to. */
  references: Map<string, string>
  /** Values that the table's own rules speak of, e.g. its states. */
  literals: string[]
  /** Names of its CHECKs. */
  checks: string[]
}

export interface Schema {
  tables: Map<string, Table>
  /** Triggers and indexes by name, spaces evened out. */
  objects: Map<string, string>
}

interface MasterRow {
  type: 'table' | 'index' | 'trigger'
  name: string
  tbl_name: string
  sql: string | null
}

/** What the database itself says of its tables, at whatever migration it stands. */
export async function readSchema(d1: LocalD1): Promise<Schema> {
  const master = `SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_cf%' ESCAPE '\\'`
  const { results } = await d1.prepare(master).all<MasterRow>()
  const names = results.filter(({ type }) => type === 'table').map(({ name }) => name)
  const tables = await Promise.all(names.map((name) => readTable(d1, name, results)))
  const objects = results.filter(({ type, sql }) => type !== 'table' && sql !== null)
  return {
    tables: new Map(tables.map((table) => [table.name, table])),
    objects: new Map(objects.map(({ name, sql }) => [name, String(sql).replace(/\s+/g, ' ')])),
  }
}

async function readTable(d1: LocalD1, name: string, master: readonly MasterRow[]): Promise<Table> {
  const [info, keys] = await d1.batch<Record<string, string | number | null>>([
    d1.prepare(`PRAGMA table_info(${name})`),
    d1.prepare(`PRAGMA foreign_key_list(${name})`),
  ])
  const rules = master.filter((row) => row.tbl_name === name).map(({ sql }) => sql ?? '')
  return {
    name,
    columns: (info?.results ?? []).map((column) => ({
      name: String(column.name),
      type: String(column.type).toLowerCase(),
      required: column.notnull === 1,
      hasDefault: column.dflt_value !== null,
      inPrimaryKey: Number(column.pk) > 0,
    })),
    references: new Map((keys?.results ?? []).map((key) => [String(key.from), String(key.table)])),
    literals: [...new Set(rules.flatMap((sql) => [...sql.matchAll(/'([a-z_]+)'/g)].map((match) => match[1] ?? '')))],
    checks: rules.flatMap((sql) => [...sql.matchAll(/CONSTRAINT "(\w+)" CHECK/g)].map((match) => match[1] ?? '')),
  }
}
