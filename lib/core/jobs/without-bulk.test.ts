import { expect, it } from 'vitest'
import type { WorkerCompleted } from '#lib/contracts/worker.ts'
import { withoutBulk } from './without-bulk.ts'

const file = { bytes: 1, sha256: '0'.repeat(64) }
const stats = {} as WorkerCompleted['stats']
const long = 'x'.repeat(70_000)

it('leaves out a long result that is in a file, and only that', () => {
  expect(withoutBulk({ status: 'completed', outputs: { result: file }, result: long, stats })).not.toHaveProperty(
    'result',
  )
  const short = { status: 'completed', outputs: { result: file }, result: { scenes: 1 }, stats } as const
  expect(withoutBulk(short)).toEqual(short)
  const alone = { status: 'completed', outputs: { video: file }, result: long, stats } as const
  expect(withoutBulk(alone)).toEqual(alone)
})
