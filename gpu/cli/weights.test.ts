import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { fetchWeights } from '#gpu/models/fetch-weights.ts'
import type { WeightsEntry } from '#gpu/models/weights.ts'
import { weightsCatalog } from '#gpu/models/weights-catalog.ts'
import { testFolder } from '#gpu/testing/task-context.ts'
import { weights } from './weights.ts'

const CONTENT = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7 + (index >> 8)) % 251)
const SHA256 = createHash('sha256').update(CONTENT).digest('hex')

/** A publisher's server with byte ranges, which drops the connection after `dropAfter` bytes of every answer. */
async function publisher(options: { dropAfter?: number; content?: Uint8Array } = {}) {
  const content = options.content ?? CONTENT
  const ranges: (string | undefined)[] = []
  const server = createServer((request, response) => {
    ranges.push(request.headers.range)
    const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    if (start >= content.length) return response.writeHead(416).end()
    const range = { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': content.length - start, ...(start > 0 ? range : {}) })
    const piece = content.subarray(start, options.dropAfter === undefined ? undefined : start + options.dropAfter)
    response.write(piece, () => (piece.length < content.length - start ? response.destroy() : response.end()))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  onTestFinished(close)
  return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ranges, close }
}

const entry = (base: string, overrides: Partial<WeightsEntry> = {}): WeightsEntry => ({
  file: 'net.onnx',
  models: ['net'],
  licence: 'MIT',
  onRequest: false,
  sha256: SHA256,
  source: `${base}/net.onnx`,
  url: `${base}/net.onnx`,
  ...overrides,
})
const options = (dir: string, unpinned = false) => ({
  dir,
  unpinned,
  signal: new AbortController().signal,
  onProgress: vi.fn(),
  policy: { tries: 2, baseMs: 1 },
})

it('fetches a file, checks it, and leaves it alone when it is there', async () => {
  const [{ base, ranges }, dir] = [await publisher(), await testFolder()]
  const how = options(dir)
  expect(await fetchWeights(entry(base), how)).toEqual({ state: 'fetched', sha256: SHA256 })
  expect(how.onProgress).toHaveBeenLastCalledWith(CONTENT.length, CONTENT.length)
  expect(await readFile(join(dir, 'net.onnx'))).toEqual(Buffer.from(CONTENT))
  expect(existsSync(join(dir, 'net.onnx.part'))).toBe(false)
  expect((await fetchWeights(entry(base), how)).state).toBe('present')
  expect(ranges).toEqual([undefined])
})

it('goes on where a broken connection, or an earlier run, stopped', async () => {
  const [{ base, ranges }, dir] = [await publisher({ dropAfter: 100_000 }), await testFolder()]
  await writeFile(join(dir, 'net.onnx.part'), CONTENT.subarray(0, 50_000))
  await fetchWeights(entry(base), options(dir))
  expect(await readFile(join(dir, 'net.onnx'))).toEqual(Buffer.from(CONTENT))
  expect(ranges[0]).toBe('bytes=50000-')
  expect(ranges.length).toBeGreaterThanOrEqual(3)
})

it('starts anew when what an earlier run left is of another file, also when it is longer', async () => {
  for (const left of [new Uint8Array(1000).fill(1), new Uint8Array(400_000).fill(2)]) {
    const [{ base }, dir] = [await publisher(), await testFolder()]
    await writeFile(join(dir, 'net.onnx.part'), left)
    expect((await fetchWeights(entry(base), options(dir))).state).toBe('fetched')
    expect(await readFile(join(dir, 'net.onnx'))).toEqual(Buffer.from(CONTENT))
  }
})

it('keeps nothing that is not the pinned file, and not its absence either', async () => {
  const [{ base }, dir] = [await publisher({ content: CONTENT.map((byte) => byte ^ 1) }), await testFolder()]
  await expect(fetchWeights(entry(base), options(dir))).rejects.toMatchObject({ code: 'weights_mismatch' })
  expect([existsSync(join(dir, 'net.onnx')), existsSync(join(dir, 'net.onnx.part'))]).toEqual([false, false])
})

it('says so when the publisher cannot be reached, and keeps what has arrived', async () => {
  const [{ base, close }, dir] = [await publisher({ dropAfter: 100_000 }), await testFolder()]
  await writeFile(join(dir, 'net.onnx.part'), CONTENT.subarray(0, 50_000))
  close()
  const failed = fetchWeights(entry(base), options(dir))
  await expect(failed).rejects.toMatchObject({ code: 'input_unreachable', message: expect.stringMatching(/online/) })
  expect((await readFile(join(dir, 'net.onnx.part'))).length).toBe(50_000)
})

it('takes no file without a checksum unasked, and none that the operator has to bring', async () => {
  const [{ base, ranges }, dir] = [await publisher(), await testFolder()]
  const loose = entry(base, { sha256: undefined })
  await expect(fetchWeights(loose, options(dir))).rejects.toThrow(/No checksum is pinned/)
  const { url: _, ...brought } = entry(base, { licence: 'AGPL-3.0' })
  await expect(fetchWeights(brought, options(dir, true))).rejects.toThrow(/\(AGPL-3.0\) is not downloaded/)
  expect(ranges).toEqual([])
  // Of another file, for all that anyone could tell afterwards.
  await writeFile(join(dir, 'net.onnx.part'), new Uint8Array(1000).fill(1))
  expect(await fetchWeights(loose, options(dir, true))).toEqual({ state: 'fetched', sha256: SHA256 })
})

it('lists what is there, and fetches by model or by file', async () => {
  const [{ base }, dir] = [await publisher(), await testFolder()]
  const catalog = [
    entry(base),
    entry(base, { file: 'other.onnx', models: ['other'], url: `${base}/other.onnx` }),
    entry(base, { file: 'research.onnx', models: ['research'], licence: 'research only', onRequest: true }),
    { ...entry(base, { file: 'agpl.onnx', models: ['agpl'], licence: 'AGPL-3.0' }), url: undefined },
  ] as WeightsEntry[]
  vi.stubEnv('WEIGHTS_DIR', dir)
  const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  onTestFinished(() => {
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
  })
  await weights(['net'], undefined, catalog)
  await weights(['--list'], undefined, catalog)
  const lines = printed.mock.calls.map(([line]) => String(line).replace(/ +/g, ' '))
  expect(lines.slice(2)).toEqual([
    'present net.onnx net MIT',
    'missing other.onnx other MIT npm run weights other',
    'missing research.onnx research research only npm run weights research',
    'missing agpl.onnx agpl AGPL-3.0 bring it yourself',
  ])
  await expect(weights(['nothing'], undefined, catalog)).rejects.toMatchObject({ code: 'unknown_model' })
  await expect(weights(['agpl'], undefined, catalog)).rejects.toMatchObject({ code: 'missing_weights' })
  await weights([], undefined, catalog)
  expect(['other.onnx', 'research.onnx'].map((file) => existsSync(join(dir, file)))).toEqual([true, false])
  await weights(['research'], undefined, catalog)
  expect(existsSync(join(dir, 'research.onnx'))).toBe(true)
})

it('knows every file once, and never offers to download what is under the AGPL', () => {
  const catalog = weightsCatalog()
  expect(new Set(catalog.map(({ file }) => file)).size).toBe(catalog.length)
  expect(catalog.filter(({ licence, url }) => /GPL/.test(licence) && url !== undefined)).toEqual([])
  expect(catalog.find(({ file }) => file === 'yolox_nano.onnx')).toMatchObject({
    url: expect.stringMatching(/^https:\/\/github\.com\/Megvii-BaseDetection\/YOLOX\/releases\/download\//),
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
})
