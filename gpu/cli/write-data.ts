import { createReadStream, createWriteStream } from 'node:fs'
import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { createGunzip, gunzip } from 'node:zlib'
import type { TaskName } from '#lib/contracts/tasks/index.ts'
import { TracksFile } from '#lib/contracts/tasks/track.ts'

/**
 * Writes a task's `result.json.gz` in the format the target's name asks for: `.gz` as it is, `.txt` and `.csv` of tracks as MOT text,
 * anything else as plain JSON. In place in one step.
 */
export async function writeData(task: TaskName, resultPath: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true })
  const beside = `${target}.part`
  if (target.endsWith('.gz')) await copyFile(resultPath, beside)
  else if (task === 'track' && /\.(txt|csv)$/.test(target)) {
    const file = TracksFile.parse(JSON.parse((await promisify(gunzip)(await readFile(resultPath))).toString()))
    await writeFile(beside, motText(file, target.endsWith('.csv')))
  } else await pipeline(createReadStream(resultPath), createGunzip(), createWriteStream(beside))
  await rename(beside, target)
}

/**
 * MOTChallenge result lines, `frame,id,x,y,width,height,confidence,-1,-1,-1`, ordered by frame then id. Frames count from 1 there. People
 * alone in `.txt`, as trackers are scored; `.csv` has a header and every class, the class in a column of its own.
 */
function motText({ tracks }: TracksFile, withClasses: boolean): string {
  const chosen = withClasses ? tracks : tracks.filter((track) => track.class === 'person')
  const rows = chosen.flatMap((track) => track.frames.map((seen) => ({ track, ...seen })))
  rows.sort((a, b) => a.frame - b.frame || a.track.track_id - b.track.track_id)
  const lines = rows.map(({ track, frame, bbox: [x1, y1, x2, y2], confidence }) => {
    const numbers = [x1, y1, x2 - x1, y2 - y1].map((value) => value.toFixed(2))
    const start = `${frame + 1},${track.track_id},${numbers.join(',')},${confidence.toFixed(3)}`
    return withClasses ? `${start},${track.class}` : `${start},-1,-1,-1`
  })
  if (withClasses) lines.unshift('frame,id,x,y,width,height,confidence,class')
  return lines.map((line) => `${line}\n`).join('')
}
