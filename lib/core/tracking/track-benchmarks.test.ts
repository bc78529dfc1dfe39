import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { readMotDetections } from './read-mot-detections.ts'
import { degradeLabels } from './testing/degrade-labels.ts'
import { createRandom } from './testing/random.ts'
import { labelTracks, readLabels } from './testing/read-labels.ts'
import { readTar } from './testing/read-tar.ts'
import { type Labels, scoreTracks } from './testing/score-tracks.ts'
import { trackFrames } from './track-frames.ts'

const DATA = resolve(process.env.SHARED_DIR ?? '../shared', 'data/tracking')
const present = existsSync(DATA)
const where = present ? '' : ` (skipped: no benchmark data at ${DATA})`

/** Ground truth made into detections, tracked and scored. */
function followDegraded(truth: Labels, size: { fps: number; width: number; height: number }, seed: number) {
  const frames = degradeLabels(truth, Math.max(...truth.keys()), size.fps, createRandom(seed))
  const options = { algorithm: 'botsort', newTrackScore: 0.5, lowScore: 0.1, ...size } as const
  return { truth, result: labelTracks(trackFrames(frames, options)) }
}

describe.skipIf(!present)(`association on public benchmarks${where}`, () => {
  test('SportsMOT as a middling detector would see it: basketball, volleyball, football', () => {
    const archive = readTar(gunzipSync(readFileSync(resolve(DATA, 'SportsMOT/sportsmot_train_gt.tar.gz'))))
    const pairs = ['v_4LXTUim5anY_c010', 'v_1LwtoLPw2TU_c006', 'v_1yHWGw8DH4A_c609'].map((name, index) => {
      const truth = readLabels(archive.get(`sportsmot-train/${name}/gt/gt.txt`) ?? '')
      return followDegraded(truth, { fps: 25, width: 1280, height: 720 }, 10 + index)
    })
    const score = scoreTracks(pairs)
    // Measured: HOTA 0.72–0.79, IDF1 0.78–0.86 over seeds. ByteTrack alone: about 0.55 and 0.60.
    expect(score.hota).toBeGreaterThan(0.66)
    expect(score.idf1).toBeGreaterThan(0.7)
    expect(score.mota).toBeGreaterThan(0.94)
  })

  test.each([
    ['TUD-Campus', 0.5, 0.6],
    ['TUD-Stadtmitte', 0.68, 0.74],
  ])('%s with the detections of a Faster R-CNN', (name, mota, idf1) => {
    const truth = readLabels(readFileSync(resolve(DATA, `TUD/${name}/gt.txt`), 'utf8'))
    const text = readFileSync(resolve(DATA, `TUD/${name}/det_sort_frcnn.txt`), 'utf8')
    const { frames, width, height } = readMotDetections(text, { fps: 25 })
    const tracks = trackFrames(frames, {
      algorithm: 'botsort',
      fps: 25,
      width,
      height,
      newTrackScore: 0.5,
      lowScore: 0.1,
    })
    const score = scoreTracks([{ truth, result: labelTracks(tracks) }])
    expect(score.mota).toBeGreaterThan(mota)
    expect(score.idf1).toBeGreaterThan(idf1)
  })

  test('PETS09-S2L1: about as many tracks as the nineteen people, though confidences are those of no probability', () => {
    const text = readFileSync(resolve(DATA, 'PETS09-S2L1/det_acf.txt'), 'utf8')
    const { frames, width, height } = readMotDetections(text, { fps: 7 })
    const tracks = trackFrames(frames, {
      algorithm: 'botsort',
      fps: 7,
      width,
      height,
      newTrackScore: 0.5,
      lowScore: 0.1,
    })
    expect(tracks.length).toBeGreaterThanOrEqual(17)
    expect(tracks.length).toBeLessThanOrEqual(30)
    const boxes = tracks.reduce((sum, track) => sum + track.frames.length, 0)
    expect(boxes).toBeGreaterThan(4300)
    expect(boxes).toBeLessThan(5000)
  })
})
