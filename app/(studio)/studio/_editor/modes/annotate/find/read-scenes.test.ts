import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readScenes } from './read-scenes.ts'

const FILE = {
  scenes: [{ start_frame: 0, end_frame: 3, start_time: 0, end_time: 0.3 }],
  total_scenes: 1,
  avg_scene_length: 0.3,
  scores: [0, 12, 3],
  times: [0, 0.1, 0.2],
}
const whole = gzipSync(JSON.stringify(FILE))
const BODIES: Readonly<Record<string, Buffer>> = {
  '/scenes': whole,
  '/cut': whole.subarray(0, whole.length / 2),
  '/other': gzipSync('{"tracks":[]}'),
}
const server = createServer((request, response) => {
  const body = BODIES[request.url ?? '']
  response.writeHead(body ? 200 : 403).end(body)
})
let base = ''

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

test('scores and times are unpacked; the last scene says where the video ends', async () => {
  expect(await readScenes({ url: `${base}/scenes` })).toEqual({ scores: FILE.scores, times: FILE.times, endTime: 0.3 })
})

test('what is deleted, expired, cut off or something else is refused by its code', async () => {
  await expect(readScenes({ url: null })).rejects.toMatchObject({ code: 'not_found' })
  for (const path of ['/expired', '/cut', '/other'])
    await expect(readScenes({ url: base + path })).rejects.toMatchObject({ code: 'unavailable' })
})
