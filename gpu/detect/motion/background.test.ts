import { expect, it } from 'vitest'
import type { LumaPlane } from '#gpu/tracking/luma-plane.ts'
import { Background, UNSEEN } from './background.ts'

const plane: LumaPlane = { width: 16, height: 12, data: new Float32Array(16 * 12).fill(90) }

it('forgets pictures that a long zoom has left far behind', () => {
  const background = new Background()
  background.remember(plane, 0)
  expect(background.behind(plane, [0.7, 0, 0, 0, 0.7, 0])[0]).toBe(90)
  for (let frame = 0; frame < 60; frame++) background.behind(plane, [0.7, 0, 0, 0, 0.7, 0])
  expect(background.behind(plane, [1, 0, 0, 0, 1, 0])[0]).toBe(UNSEEN)
})
