import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ffmpeg, picture, X264 } from '#gpu/testing/clips.ts'
import { testFolder } from '#gpu/testing/task-context.ts'
import { sniffFile } from './sniff.ts'

describe('content decides, whatever the name', () => {
  it.each([
    ['mp4', 'mov'],
    ['mov', 'mov'],
    ['matroska', 'matroska'],
    ['avi', 'avi'],
    ['mpegts', 'mpegts'],
  ])('%s content opens with %s', async (format, demuxer) => {
    const path = join(await testFolder(), 'clip.txt')
    await ffmpeg(...picture('64x48', 3), ...X264, '-f', format, path)
    expect(await sniffFile(path)).toBe(demuxer)
  })

  it.each([
    ['an HLS playlist', '#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n', /playlist/],
    ['a DASH manifest', '<?xml version="1.0"?><MPD></MPD>', /playlist/],
    ['a concat script', 'ffconcat version 1.0\nfile /etc/passwd\n', /playlist/],
    ['text that begins like a box', 'abcdftyp not a movie', /not a video container/],
    ['text', 'hello, this is no video', /not a video container/],
  ])('%s named .mp4 is refused', async (_name, content, message) => {
    const path = join(await testFolder(), 'clip.mp4')
    await writeFile(path, content)
    const refusal = expect(sniffFile(path)).rejects
    await refusal.toMatchObject({ code: 'unsupported_media', message: expect.stringMatching(message) })
  })

  it('an empty file is damaged', async () => {
    const path = join(await testFolder(), 'clip.mp4')
    await writeFile(path, '')
    await expect(sniffFile(path)).rejects.toMatchObject({ code: 'corrupt_media' })
  })
})
