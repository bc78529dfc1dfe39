import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { writeResult } from '#gpu/jobs/write-result.ts'
import { testFolder } from '#gpu/testing/task-context.ts'
import type { TracksFile } from '#lib/contracts/tasks/track.ts'
import { writeData } from './write-data.ts'

const tracks: TracksFile = {
  width: 640,
  height: 360,
  fps: 25,
  frames: 3,
  unique_tracks: 2,
  moments: [],
  model: 'motion',
  motion_only: true,
  tracks: [
    {
      track_id: 2,
      class: 'person',
      frames: [
        { frame: 0, bbox: [10, 20, 30.5, 60], confidence: 0.9 },
        { frame: 2, bbox: [12, 20, 32.5, 60], confidence: 0 },
      ],
    },
    { track_id: 1, class: 'sports ball', frames: [{ frame: 0, bbox: [1, 2, 4, 5], confidence: 0.5 }] },
  ],
}

async function written(name: string): Promise<Buffer> {
  const dir = await testFolder()
  await writeData('track', await writeResult(await testFolder(), tracks), join(dir, 'deep', name))
  expect(await readdir(join(dir, 'deep'))).toEqual([name])
  return readFile(join(dir, 'deep', name))
}

it('writes people as MOT text, whose frames count from 1 and whose boxes have sizes', async () => {
  expect((await written('tracks.txt')).toString()).toBe(
    '1,2,10.00,20.00,20.50,40.00,0.900,-1,-1,-1\n3,2,12.00,20.00,20.50,40.00,0.000,-1,-1,-1\n',
  )
})

it('writes every class as a table', async () => {
  expect((await written('tracks.csv')).toString().split('\n')).toEqual([
    'frame,id,x,y,width,height,confidence,class',
    '1,1,1.00,2.00,3.00,3.00,0.500,sports ball',
    '1,2,10.00,20.00,20.50,40.00,0.900,person',
    '3,2,12.00,20.00,20.50,40.00,0.000,person',
    '',
  ])
})

it('writes JSON, plain or gzip', async () => {
  expect(JSON.parse((await written('tracks.json')).toString())).toEqual(tracks)
  expect(JSON.parse(gunzipSync(await written('tracks.json.gz')).toString())).toEqual(tracks)
})
