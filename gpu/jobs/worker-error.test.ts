import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { AppError } from '#lib/contracts/errors.ts'
import { describeError, toWorkerError } from './worker-error.ts'

it('says what a coded error says, and whether another attempt may help', () => {
  expect(toWorkerError(new AppError('decode_failed', 'Damaged.'))).toEqual({
    code: 'decode_failed',
    message: 'Damaged.',
    retryable: false,
  })
  expect(toWorkerError(new AppError('worker_lost', 'Gone.', { field: 'x' }))).toMatchObject({
    field: 'x',
    retryable: true,
  })
})

it('keeps details of what nobody coded to itself', () => {
  expect(toWorkerError(new Error('/secret/path'))).toMatchObject({ code: 'internal', retryable: true })
  expect(toWorkerError(new Error('/secret/path')).message).not.toContain('secret')
})

it('tells a full disk and a full memory, also that of a thread', async () => {
  const coded = (code: string) => toWorkerError(Object.assign(new Error('no'), { code })).code
  expect([coded('ENOSPC'), coded('ENOMEM')]).toEqual(['disk_full', 'out_of_memory'])
  const hungry = new Worker('const all = []; for (;;) all.push(new Array(10000).fill(all.length))', {
    eval: true,
    resourceLimits: { maxOldGenerationSizeMb: 16 },
  })
  const error = await new Promise((resolve) => hungry.once('error', resolve))
  expect(toWorkerError(error).code).toBe('out_of_memory')
})

it('describes causes in one line', () => {
  const error = new AppError('decode_failed', 'Damaged.', { cause: new Error('line 3', { cause: 'NAL' }) })
  expect(describeError(error)).toBe('AppError: Damaged. ← Error: line 3 ← NAL')
})
