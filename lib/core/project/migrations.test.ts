import { expect, test } from 'vitest'
import { PROJECT_VERSION } from '#lib/contracts/project.ts'
import { MIGRATIONS, migrate, openDocument } from './migrations.ts'
import { newProject } from './new-project.ts'

test('every older version has a step to the next', () => {
  const older = Array.from({ length: PROJECT_VERSION - 1 }, (_, index) => String(index + 1))
  expect(Object.keys(MIGRATIONS)).toEqual(older)
})

test('an old document takes every step from its own version on, in order', () => {
  const steps = {
    1: (json: object) => ({ ...json, trail: 'one' }),
    2: (json: { trail?: string }) => ({ ...json, trail: `${json.trail ?? ''} two` }),
  }
  expect(migrate({ version: 1 }, 3, steps)).toEqual({ json: { version: 3, trail: 'one two' } })
  expect(migrate({ version: 2 }, 3, steps)).toEqual({ json: { version: 3, trail: ' two' } })
  expect(migrate({ version: 3 }, 3, steps)).toEqual({ json: { version: 3 } })
  expect(migrate({ version: 0 }, 3, steps)).toEqual({ problem: 'damaged' })
})

test('what a later app wrote is told apart from what nobody wrote', () => {
  expect(openDocument({ ...newProject('ast_1'), version: PROJECT_VERSION + 1 })).toEqual({ problem: 'newer' })
  for (const damaged of [null, 'text', [], {}, { version: 1 }, { ...newProject('ast_1'), surprise: true }])
    expect(openDocument(damaged)).toEqual({ problem: 'damaged' })
})
