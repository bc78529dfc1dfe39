import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A state × event table of a decision, for tests: the columns after the first, and a cell for each event in each. */
export function readDecisionTable(
  file: string,
  firstHead: string,
): { columns: string[]; rows: { event: string; cells: string[] }[] } {
  const page = readFileSync(join(import.meta.dirname, '../../docs/decisions', file), 'utf8')
  const lines = page.split('\n')
  const head = lines.findIndex((line) => line.startsWith(`| ${firstHead} |`))
  if (head < 0) throw new Error(`${file} has no table of ${firstHead}`)
  const end = lines.findIndex((line, index) => index > head && !line.startsWith('|'))
  const rows = lines.slice(head + 2, end).map(cellsOf)
  return {
    columns: cellsOf(lines[head] ?? '').slice(1),
    rows: rows.map(([event = '', ...cells]) => ({ event, cells })),
  }
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())
}
