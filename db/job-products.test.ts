import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalD1, openLocalD1 } from '#lib/local/d1-over-http.ts'

/** The migration that makes `jobs` and what refers to it anew. */
const REBUILD = '0006_job_products.sql'

async function statementsOf(wanted: (name: string) => boolean): Promise<string[]> {
  const folder = join(import.meta.dirname, '..', 'migrations')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql') && wanted(name)).sort()
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  return texts.flatMap((text) => text.split('--> statement-breakpoint')).filter((text) => text.trim() !== '')
}

/** A job of before: a video that was made, paid and kept, with its run and its timeline. */
const ROWS = [
  `INSERT INTO users (id, email, created_at_ms) VALUES ('usr', 'a@example.test', 1)`,
  `INSERT INTO assets (id, user_id, kind, state, file_name, object_key, etag, bytes, content_type, facts_json, job_id, created_at_ms)
   VALUES ('ast_in', 'usr', 'uploaded', 'ready', 'in.mp4', 'in', 'e', 9, 'video/mp4', '{"frames":9}', NULL, 1),
          ('ast_out', 'usr', 'produced', 'ready', 'out.mp4', 'out', 'f', 7, 'video/mp4', '{"frames":9}', 'job', 2)`,
  ...['quo', 'quo_live'].map(
    (
      id,
    ) => `INSERT INTO quotes (id, user_id, asset_id, task, params_json, input_etag, facts_json, gpu_class, rate_micros_per_second, markup_bps,
     minimum_micros, ceiling_micros, estimate_micros, expected_gpu_ms, execution_timeout_ms, created_at_ms, expires_at_ms)
     VALUES ('${id}', 'usr', 'ast_in', 'upscale', '{}', 'e', '{}', 'a40', 1, 1, 1, 5, 5, 1, 1, 1, 2)`,
  ),
  `INSERT INTO holds (id, user_id, quote_id, amount_micros, promo_micros, expires_at_ms, created_at_ms)
   VALUES ('hold', 'usr', 'quo', 5, 0, 9, 1), ('hold_live', 'usr', 'quo_live', 5, 0, 9, 1)`,
  `INSERT INTO settlements (id, hold_id, job_id, outcome, capture_micros, release_micros, gpu_ms, created_at_ms)
   VALUES ('set', 'hold', 'job', 'succeeded', 5, 0, 1, 2)`,
  `INSERT INTO jobs (id, user_id, task, params_json, asset_id, input_etag, quote_id, hold_id, state, output_asset_id, created_at_ms, updated_at_ms)
   VALUES ('job', 'usr', 'upscale', '{}', 'ast_in', 'e', 'quo', 'hold', 'succeeded', 'ast_out', 1, 2),
          ('job_live', 'usr', 'upscale', '{}', 'ast_in', 'e', 'quo_live', 'hold_live', 'running', NULL, 1, 2)`,
  `INSERT INTO segments (id, job_id, position) VALUES ('seg', 'job', 0), ('seg_live', 'job_live', 0)`,
  `INSERT INTO attempts (id, job_id, segment_id, number, state, endpoint_id, not_before_ms, output_json, created_at_ms)
   VALUES ('att', 'job', 'seg', 1, 'completed', 'ep', 0, '{"outputs":{"video":{"sha256":"abc"}}}', 1),
          ('att_live', 'job_live', 'seg_live', 1, 'running', 'ep', 0, NULL, 1)`,
  `INSERT INTO job_events (id, job_id, subject, event, to_state, at_ms) VALUES ('evt', 'job', 'job', 'accepted', 'queued', 1)`,
]

let d1: LocalD1
beforeAll(async () => {
  d1 = await openLocalD1()
  const before = await statementsOf((name) => name < REBUILD)
  await d1.batch([...before, ...ROWS].map((text) => d1.prepare(text)))
  // One by one, as the remote tool may run them: none leaves a reference hanging.
  for (const text of await statementsOf((name) => name >= REBUILD)) await d1.prepare(text).run()
})
afterAll(() => d1.close())

const rows = async <Row>(query: string) => (await d1.prepare(query).all<Row>()).results

test('a populated database keeps every job, run and line, and every reference', async () => {
  const counts = await rows(
    `SELECT (SELECT count(*) FROM jobs) AS jobs, (SELECT count(*) FROM segments) AS segments,
       (SELECT count(*) FROM attempts) AS attempts, (SELECT count(*) FROM job_events) AS events`,
  )
  expect(counts).toEqual([{ jobs: 2, segments: 2, attempts: 2, events: 1 }])
  expect(await rows('SELECT id, hold_id, required_outputs_json, expires_at_ms FROM jobs ORDER BY id')).toEqual([
    { id: 'job', hold_id: 'hold', required_outputs_json: '["video"]', expires_at_ms: null },
    { id: 'job_live', hold_id: 'hold_live', required_outputs_json: '["video"]', expires_at_ms: null },
  ])
  expect(await rows('PRAGMA foreign_key_check')).toEqual([])
  const [{ sql } = { sql: '' }] = await rows<{ sql: string }>(`SELECT sql FROM sqlite_master WHERE name = 'attempts'`)
  expect(sql).toMatch(/REFERENCES "?`?jobs/)
  expect(await rows(`SELECT name FROM sqlite_master WHERE name LIKE '%\\_\\_new%' ESCAPE '\\'`)).toEqual([])
})

test('what was made before is a product of its job', async () => {
  expect(
    await rows('SELECT job_id, asset_id, name, kind, object_key, etag, bytes, sha256, summary_json FROM job_outputs'),
  ).toEqual([
    {
      job_id: 'job',
      asset_id: 'ast_out',
      name: 'video',
      kind: 'video',
      object_key: 'out',
      etag: 'f',
      bytes: 7,
      sha256: 'abc',
      summary_json: '{"facts":{"frames":9}}',
    },
  ])
})

test('the guards of the tables made anew hold', async () => {
  const change = (text: string) => d1.prepare(text).run()
  await expect(change(`UPDATE jobs SET state = 'queued' WHERE id = 'job_live'`)).rejects.toThrow(
    'job_state_is_monotonic',
  )
  await expect(change(`UPDATE jobs SET state = 'canceled' WHERE id = 'job_live'`)).rejects.toThrow(
    'job_ends_with_settlement',
  )
  await expect(change(`UPDATE attempts SET state = 'running' WHERE id = 'att'`)).rejects.toThrow('attempt_ends_once')
  await expect(change(`DELETE FROM jobs WHERE id = 'job'`)).rejects.toThrow('FOREIGN KEY')
  await expect(change(`INSERT INTO segments (id, job_id, position) VALUES ('x', 'nobody', 0)`)).rejects.toThrow(
    'FOREIGN KEY',
  )
  const second = `INSERT INTO attempts (id, job_id, segment_id, number, state, endpoint_id, not_before_ms, created_at_ms)
    VALUES ('att_2', 'job_live', 'seg_live', 2, 'created', 'ep', 0, 1)`
  await expect(change(second)).rejects.toThrow('attempts.segment_id')
})
