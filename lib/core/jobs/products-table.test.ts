import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { JOB_STATES } from '#lib/contracts/api/jobs.ts'
import { TASK_NAMES, TaskRequest } from '#lib/contracts/tasks/index.ts'
import { type IngestMark, preparationOf } from './preparation.ts'
import { optionalOutputs, productKind, requiredOutputs } from './required-outputs.ts'

const PAGE = readFileSync(new URL('../../../docs/decisions/019-products.md', import.meta.url), 'utf8')

/** The cells of the table under a heading, without its head. */
function tableUnder(heading: string): string[][] {
  const section = PAGE.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const rows = section.split('\n').filter((line) => line.startsWith('|'))
  return rows.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

const clips = [{ start_time: 0, end_time: 1, label: 'Goal' }]
const still = { start_frame: 0, end_frame: 9, x: 1, y: 1, radius_x: 1, radius_y: 1 }
const SETTINGS: Record<string, object> = {
  framing: { crop_keyframes: [{ frame: 0, x: 0, y: 0, width: 9, height: 16 }] },
  overlay: { highlight_regions: [still] },
  annotate: { clips },
  'annotate separate': { clips, mode: 'separate' },
  'export separate': { clips, mode: 'separate' },
  'auto_crop render: false': { render: false },
}

it('hands over what the page says, task by task', () => {
  const rows = tableUnder('What each task hands over')
  for (const [title = '', promised, besides] of rows) {
    const [task = ''] = title.split(' ')
    const request = TaskRequest.parse({ task, params: SETTINGS[title] ?? {} })
    const named = (names: readonly string[]) =>
      names.flatMap((name) => (productKind(request.task, name) ? [`${name} → ${productKind(request.task, name)}`] : []))
    expect(named(requiredOutputs(request)).join(', '), title).toBe(promised)
    expect(named(optionalOutputs(request, false)).join(', ') || '–', title).toBe(besides)
  }
  expect(new Set(rows.map(([title = '']) => title.split(' ')[0]))).toEqual(new Set(TASK_NAMES))
})

it('tells of a preparation what the page says', () => {
  const [columns = [], ...rows] = [
    ['mark', 'no job', ...JOB_STATES, 'proxy exists'],
    ...tableUnder('How far a preparation is'),
  ]
  expect(rows.map(([mark]) => mark)).toEqual(['–', 'wanted', 'ordered'])
  for (const row of rows) {
    const mark: IngestMark = row[0] === 'wanted' || row[0] === 'ordered' ? row[0] : null
    const found = columns.slice(1).map((column) => {
      const job = JOB_STATES.find((state) => state === column)
      return preparationOf({ mark, job, hasProxy: column === 'proxy exists' }) ?? '–'
    })
    expect(found).toEqual(row.slice(1))
  }
})
