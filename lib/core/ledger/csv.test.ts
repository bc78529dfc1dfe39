import { expect, test } from 'vitest'
import { csvLine } from './csv.ts'

test('quotes what would break a line or a cell', () => {
  expect(csvLine(['a,b', 'say "hi"', 'two\nlines', 'plain'])).toBe('"a,b","say ""hi""","two\nlines",plain\r\n')
})

test.each(['=1+1', '+1+1', '-1+1', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("http://x","y")', '-', '--1', '-1,2'])(
  'a spreadsheet does not run %j',
  (formula) => {
    const cell = csvLine([formula]).trimEnd().replace(/^"/, '')
    expect(cell.startsWith("'")).toBe(true)
  },
)

test('numbers stay numbers', () => {
  expect(csvLine(['-12.3400', '0', '5', '-5', '1.5'])).toBe('-12.3400,0,5,-5,1.5\r\n')
})
