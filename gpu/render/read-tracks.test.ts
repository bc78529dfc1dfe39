import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { expect, it } from 'vitest'
import { testFolder } from '#gpu/testing/task-context.ts'
import { readTracks } from './read-tracks.ts'

const signal = new AbortController().signal

it('refuses tracks that unpack to more than can be read, saying so', async () => {
  const tracksPath = join(await testFolder(), 'tracks.json.gz')
  const blank = Buffer.alloc(2 ** 24, ' ')
  await pipeline(
    Readable.from(Array.from({ length: 33 }, () => blank)),
    createGzip({ level: 1 }),
    createWriteStream(tracksPath),
  )
  await expect(readTracks({ tracksPath, signal })).rejects.toMatchObject({
    code: 'limit_exceeded',
    field: 'tracks_url',
    message: expect.stringMatching(/512 MiB/),
  })
})
