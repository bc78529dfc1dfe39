import { createReadStream, createWriteStream } from 'node:fs'
import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { createGunzip, gunzip } from 'node:zlib'
import type { TaskName } from '#lib/contracts/tasks/index.ts'
import { TracksFile } from '#lib/contracts/tasks/track.ts'
import { motLines } from './mot-lines.ts'

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

/** People alone in `.txt`, as trackers are scored; `.csv` has a header and every class, the class in a column of its own. */
function motText({ tracks }: TracksFile, withClasses: boolean): string {
  if (!withClasses) return motLines(tracks.filter((track) => track.class === 'person'))
  return `frame,id,x,y,width,height,confidence,class\n${motLines(tracks, (track) => track.class)}`
}
