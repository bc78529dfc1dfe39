import { expect, test } from 'vitest'
import type { AnalysisView, JobState } from '#lib/contracts/api/jobs.ts'
import type { AnalysisKind, ProductView } from '#lib/contracts/products.ts'
import { pickAnalysis } from './pick-analysis.ts'

function analysis(id: string, kind: AnalysisKind, state: JobState, url: string | null = 'https://files.test/x') {
  const product: ProductView = {
    id: `out_${id}`,
    job_id: id,
    asset_id: 'ast_1',
    name: 'result',
    kind,
    file_name: 'match scenes.json.gz',
    content_type: 'application/gzip',
    bytes: 10,
    sha256: 'ab',
    summary: null,
    url,
    download_url: url,
    created_at_ms: 0,
  }
  const view: AnalysisView = {
    kind,
    job_id: id,
    state,
    params: {},
    model: null,
    product: state === 'succeeded' ? product : null,
    created_at_ms: 0,
  }
  return view
}

test('the newest of its kind that is there counts, while a newer one is being made', () => {
  const picked = pickAnalysis(
    [
      analysis('d', 'tracks', 'succeeded'),
      analysis('c', 'scenes', 'running'),
      analysis('b', 'scenes', 'succeeded'),
      analysis('a', 'scenes', 'succeeded'),
    ],
    'scenes',
  )
  expect([picked.product?.job_id, picked.live?.job_id, picked.failed]).toEqual(['b', 'c', false])
})

test('a deleted file is as good as none, and an older one takes its place', () => {
  const deleted = analysis('b', 'scenes', 'succeeded', null)
  expect(pickAnalysis([deleted], 'scenes').product).toBeNull()
  expect(pickAnalysis([deleted, analysis('a', 'scenes', 'succeeded')], 'scenes').product?.job_id).toBe('a')
})

test('only the newest says that it failed', () => {
  expect(pickAnalysis([analysis('a', 'scenes', 'failed')], 'scenes').failed).toBe(true)
  expect(pickAnalysis([analysis('b', 'scenes', 'queued'), analysis('a', 'scenes', 'failed')], 'scenes').failed).toBe(
    false,
  )
  expect(pickAnalysis([], 'scenes')).toEqual({ product: null, live: null, failed: false })
})
