import { expect, test } from 'vitest'
import type { ProjectHighlight } from '#lib/contracts/project.ts'
import { dragEllipse, drawnEllipse, ellipseAt, ellipseHandle, fitEllipse, hitEllipse } from './ellipse-handles.ts'

const SOURCE = { width: 640, height: 360 }
const FORM = { x: 100, y: 80, radius_x: 40, radius_y: 20 }

const byHand: ProjectHighlight = {
  id: 'h',
  name: '',
  start_frame: 10,
  end_frame: 30,
  opacity: 1,
  follows: {
    kind: 'keyframes',
    keyframes: [
      { frame: 10, ...FORM },
      { frame: 20, ...FORM, x: 200 },
    ],
  },
}

test('between keyframes it is on its way, and outside its time where it would be', () => {
  expect(ellipseAt(byHand, 15)).toEqual({ ...FORM, x: 150 })
  expect([ellipseAt(byHand, 0), ellipseAt(byHand, 99)]).toEqual([FORM, { ...FORM, x: 200 }])
  expect(ellipseAt({ ...byHand, follows: { kind: 'track', track_id: 1 } }, 15)).toBeNull()
})

test('the nearest handle within reach is taken, else the middle anywhere inside', () => {
  expect(ellipseHandle(FORM, 'left')).toEqual({ x: 60, y: 80 })
  expect(hitEllipse(FORM, { x: 138, y: 82 }, 8)).toBe('right')
  expect(hitEllipse(FORM, { x: 101, y: 61 }, 8)).toBe('top')
  expect(hitEllipse(FORM, { x: 115, y: 85 }, 4)).toBe('centre')
  expect(hitEllipse(FORM, { x: 138, y: 98 }, 4)).toBeNull()
})

test('a drag moves the middle or one radius, and stays in the picture', () => {
  expect(dragEllipse(FORM, 'centre', { x: 5, y: -3 }, SOURCE)).toEqual({ ...FORM, x: 105, y: 77 })
  expect(dragEllipse(FORM, 'centre', { x: -500, y: 900 }, SOURCE)).toEqual({ ...FORM, x: 0, y: 360 })
  expect(dragEllipse(FORM, 'left', { x: -10, y: 7 }, SOURCE)).toEqual({ ...FORM, radius_x: 50 })
  expect(dragEllipse(FORM, 'right', { x: 10, y: 7 }, SOURCE)).toEqual({ ...FORM, radius_x: 50 })
  expect(dragEllipse(FORM, 'top', { x: 10, y: -5 }, SOURCE)).toEqual({ ...FORM, radius_y: 25 })
  expect(dragEllipse(FORM, 'bottom', { x: 0, y: -100 }, SOURCE)).toEqual({ ...FORM, radius_y: 4 })
  expect(fitEllipse({ ...FORM, radius_x: 9999, x: 10.04 }, SOURCE)).toEqual({ ...FORM, radius_x: 640, x: 10 })
})

test('drawing goes from corner to corner in any direction; a click draws nothing', () => {
  expect(drawnEllipse({ x: 140, y: 100 }, { x: 60, y: 60 }, SOURCE)).toEqual(FORM)
  expect(drawnEllipse({ x: 140, y: 100 }, { x: 143, y: 101 }, SOURCE)).toBeNull()
})
