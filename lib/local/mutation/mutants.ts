import { z } from 'zod'

/** What we read of Stryker's report (https://github.com/stryker-mutator/mutation-testing-elements, schema 2). */
export const MutationReport = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.string(),
      mutants: z.array(
        z.object({
          status: z.string(),
          replacement: z.string().optional(),
          location: z.object({
            start: z.object({ line: z.number(), column: z.number() }),
            end: z.object({ line: z.number(), column: z.number() }),
          }),
        }),
      ),
    }),
  ),
})
export type MutationReport = z.infer<typeof MutationReport>

/** A change to the code that no test minds. Named by its text, so that lines may move. */
export interface Survivor {
  file: string
  original: string
  replacement: string
}

/** A survivor that is known, and why it may live. */
export const KnownSurvivors = z.array(
  z.strictObject({ file: z.string(), original: z.string(), replacement: z.string(), reason: z.string().min(10) }),
)
export type KnownSurvivors = z.infer<typeof KnownSurvivors>

export interface Tally {
  killed: number
  total: number
  survivors: Survivor[]
}

/** A mutant that makes the tests hang is killed as well; one that is no program at all is not counted. */
export function tally(report: MutationReport): Tally {
  const result: Tally = { killed: 0, total: 0, survivors: [] }
  for (const [file, { source, mutants }] of Object.entries(report.files)) {
    for (const { status, replacement = '', location } of mutants) {
      if (status === 'Killed' || status === 'Timeout') result.killed += 1
      else if (status === 'Survived' || status === 'NoCoverage') {
        result.survivors.push({ file, original: oneLine(textAt(source, location)), replacement: oneLine(replacement) })
      } else continue
      result.total += 1
    }
  }
  return result
}

interface Place {
  line: number
  column: number
}

function textAt(source: string, { start, end }: { start: Place; end: Place }): string {
  const lines = source.split('\n').slice(start.line - 1, end.line)
  const last = lines.length - 1
  return lines
    .map((line, index) => line.slice(index === 0 ? start.column - 1 : 0, index === last ? end.column - 1 : undefined))
    .join('\n')
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim()

/** Survivors that nobody has explained, and explanations whose mutant is dead or gone. Both are empty when the list is true. */
export function compareWithKnown(
  survivors: readonly Survivor[],
  known: KnownSurvivors,
): { unknown: Survivor[]; outdated: Survivor[] } {
  const nameOf = ({ file, original, replacement }: Survivor) => JSON.stringify([file, original, replacement])
  const [alive, listed] = [new Set(survivors.map(nameOf)), new Set(known.map(nameOf))]
  return {
    unknown: survivors.filter((survivor) => !listed.has(nameOf(survivor))),
    outdated: known.filter((each) => !alive.has(nameOf(each))),
  }
}
