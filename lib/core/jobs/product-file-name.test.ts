import { expect, test } from 'vitest'
import type { ProductKind } from '#lib/contracts/products.ts'
import type { TaskName } from '#lib/contracts/tasks/index.ts'
import { productFileName } from './product-file-name.ts'

const named = (kind: ProductKind, change: { task?: TaskName; source?: string; name?: string; summary?: object } = {}) =>
  productFileName({
    task: change.task ?? 'upscale',
    source: change.source ?? 'match.mov',
    format: 'webm',
    product: { name: change.name ?? kind, kind, summary: { ...change.summary } },
  })

test.each<[string, string]>([
  [named('video', { summary: { facts: { height: 1440 } } }), 'match upscale 1440p.webm'],
  [named('video'), 'match upscale 0p.webm'],
  [named('clip', { name: 'clip-002', summary: { clip: { label: 'Goal' } } }), 'match 002 Goal.webm'],
  [named('clip', { name: 'clip-003', summary: { clip: { label: 'a / b\\\n c' } } }), 'match 003 a b c.webm'],
  [named('tracks'), 'match tracks.json.gz'],
  [named('scenes'), 'match scenes.json.gz'],
  [named('crop_path'), 'match crop path.json.gz'],
  [named('poster'), 'match poster.jpg'],
  [named('filmstrip'), 'match filmstrip.jpg'],
  [named('waveform'), 'match waveform.bin'],
  [named('preview'), 'match preview.mp4'],
  [named('proxy'), 'match proxy.mp4'],
  [named('poster', { source: 'match.final.v2.mov' }), 'match.final.v2 poster.jpg'],
  [named('poster', { source: 'match.toolong' }), 'match.toolong poster.jpg'],
])('%s', (name, expected) => {
  expect(name).toBe(expected)
})

test('a long name keeps its ending and its words', () => {
  const name = named('poster', { source: `${'x'.repeat(300)}.mov` })
  expect(name).toHaveLength(255)
  expect(name).toMatch(/^x+ poster\.jpg$/)
  const label = named('clip', { name: 'clip-001', summary: { clip: { label: 'y'.repeat(100) } } })
  expect(label).toBe(`match 001 ${'y'.repeat(80)}.webm`)
})
