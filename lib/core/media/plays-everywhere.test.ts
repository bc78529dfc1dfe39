import { expect, it } from 'vitest'
import { playsEverywhere } from './plays-everywhere.ts'

const facts = { container: 'mp4', video_codec: 'h264', audio_codec: 'aac' }

it('knows what every browser shows as it is', () => {
  expect(playsEverywhere(facts)).toBe(true)
  expect(playsEverywhere({ ...facts, container: 'mov', audio_codec: null })).toBe(true)
  expect(playsEverywhere({ container: 'webm', video_codec: 'vp9', audio_codec: 'opus' })).toBe(true)
})

it.each([{ video_codec: 'hevc' }, { container: 'mkv' }, { container: 'ts' }, { audio_codec: 'pcm-s16' }])(
  'knows that a browser may not show %o',
  (change) => {
    expect(playsEverywhere({ ...facts, ...change })).toBe(false)
  },
)
