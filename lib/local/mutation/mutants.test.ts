import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compareWithKnown, KnownSurvivors, type MutationReport, tally } from './mutants.ts'

const at = (line: number, column: number, endLine: number, endColumn: number) => ({
  start: { line, column },
  end: { line: endLine, column: endColumn },
})

const report: MutationReport = {
  files: {
    'a.ts': {
      source: 'const a = 1 + 2\nconst b = [\n  1,\n]\n',
      mutants: [
        { status: 'Killed', replacement: '1 - 2', location: at(1, 11, 1, 16) },
        { status: 'Timeout', replacement: '', location: at(1, 11, 1, 16) },
        { status: 'Survived', replacement: '1 * 2', location: at(1, 11, 1, 16) },
        { status: 'NoCoverage', replacement: '[]', location: at(2, 11, 4, 2) },
        { status: 'RuntimeError', replacement: 'x', location: at(1, 11, 1, 16) },
      ],
    },
  },
}

test('mutants are counted, and survivors named by what was changed into what', () => {
  expect(tally(report)).toEqual({
    killed: 2,
    total: 4,
    survivors: [
      { file: 'a.ts', original: '1 + 2', replacement: '1 * 2' },
      { file: 'a.ts', original: '[ 1, ]', replacement: '[]' },
    ],
  })
})

test('a survivor nobody explained and an explanation without a survivor are told apart', () => {
  const known = [
    { file: 'a.ts', original: '1 + 2', replacement: '1 * 2', reason: 'the same for these numbers' },
    { file: 'a.ts', original: 'gone', replacement: 'x', reason: 'was explained long ago' },
  ]
  const { unknown, outdated } = compareWithKnown(tally(report).survivors, known)
  expect(unknown.map(({ original }) => original)).toEqual(['[ 1, ]'])
  expect(outdated.map(({ original }) => original)).toEqual(['gone'])
})

test('every known survivor has a reason and a file', async () => {
  const root = join(import.meta.dirname, '..', '..', '..')
  const known = KnownSurvivors.parse(JSON.parse(await readFile(join(root, 'docs', 'mutation-survivors.json'), 'utf8')))
  for (const { file, original } of known) {
    const source = (await readFile(join(root, file), 'utf8')).replace(/\s+/g, ' ')
    expect(source.includes(original), `${file}: ${original}`).toBe(true)
  }
})
