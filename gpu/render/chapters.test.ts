import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ffmpeg } from '#gpu/testing/clips.ts'
import { testFolder } from '#gpu/testing/task-context.ts'
import { chapterFile } from './chapters.ts'

it('keeps titles that mean something to the format as they are', async () => {
  const titles = ['a=b; #c \\ d', '[CHAPTER]', 'title=x', '=', 'two\nlines', '终场 ⚽']
  const path = join(await testFolder(), 'chapters')
  const chapters = titles.map((title, i) => ({ title, startTick: BigInt(i * 10), endTick: BigInt(i * 10 + 10) }))
  await writeFile(path, chapterFile(chapters, { num: 1001, den: 30_000 }))
  // What ffmpeg reads, written by itself.
  const read = new TextDecoder().decode(await ffmpeg('-f', 'ffmetadata', '-i', path, '-f', 'ffmetadata', '-'))
  expect(chapterTitles(read)).toEqual(['a=b; #c \\ d', '[CHAPTER]', 'title=x', '=', 'two lines', '终场 ⚽'])
  expect(read).toContain('TIMEBASE=1/30000')
  expect(read).toContain('START=10010')
})

function chapterTitles(text: string): string[] {
  return [...text.matchAll(/^title=(.*)$/gm)].map((match) => (match[1] ?? '').replace(/\\(.)/g, '$1'))
}
