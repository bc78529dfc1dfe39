import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ffmpeg, picture, tone, X264 } from '#gpu/testing/clips.ts'

/** A file made to harm, confuse or lure whoever opens it. */
export interface HostileFile {
  readonly name: string
  readonly path: string
}

/** What a file would have to make ffmpeg fetch or read to do harm. */
export interface Canary {
  readonly url: string
  readonly path: string
}

/** Numbers that look random and are the same every time (Marsaglia's xorshift32). */
export function seeded(seed: number): () => number {
  let state = seed | 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/** Flips `flips` bits, more of them in the first part, where headers are, and in the last, where indexes are. */
export function flipBits(bytes: Uint8Array, flips: number, random: () => number): Uint8Array {
  const broken = bytes.slice()
  for (let flip = 0; flip < flips; flip++) {
    const edge = Math.min(bytes.length, 4096)
    const part = random()
    const offset =
      part < 0.4 ? random() * edge : part < 0.7 ? bytes.length - 1 - random() * edge : random() * bytes.length
    const at = Math.floor(offset)
    broken[at] = (broken[at] ?? 0) ^ (1 << Math.floor(random() * 8))
  }
  return broken
}

/** Playlists and scripts that name the canary, under a video's name. */
function playlists({ url, path }: Canary): Record<string, string> {
  return {
    'hls-http.mp4': `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${url}/segment.ts\n#EXT-X-ENDLIST\n`,
    'hls-file.mp4': `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://${path}\n#EXT-X-ENDLIST\n`,
    'dash.mp4': `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><BaseURL>${url}/</BaseURL></Period></MPD>`,
    'concat.mp4': `ffconcat version 1.0\nfile '${url}/a.mp4'\nfile 'file:${path}'\n`,
    'smil.mp4': `<smil><body><video src="${url}/a.mp4"/></body></smil>`,
    'sdp.mp4': `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n`,
    'lavfi.mp4': `movie=${path}`,
    'concat-protocol.mp4': `concat:${path}|${path}`,
    // A box that could begin a film, and then a playlist.
    'disguised-hls.mp4': `\0\0\0\u0018ftypisom\0\0\u0002\0isomiso2#EXTM3U\n#EXTINF:1,\n${url}/segment.ts\n`,
  }
}

/** Points the data reference of a film's track at another file: QuickTime's way of keeping media elsewhere. */
function pointElsewhere(film: Uint8Array, target: string): Uint8Array {
  const text = Buffer.from(film).toString('latin1')
  const at = text.indexOf('dref')
  const reference = text.indexOf('url ', at)
  const moved = Buffer.from(film)
  // Flag 1 would say that the media is in this very file.
  moved.writeUInt32BE(0, reference + 4)
  const alias = Buffer.from(`file://${target}\0`)
  const grown = Buffer.concat([moved.subarray(0, reference + 8), alias, moved.subarray(reference + 8)])
  // Every box around the reference grows; media data comes before them, so no offsets change.
  for (const type of ['moov', 'trak', 'mdia', 'minf', 'dinf', 'dref', 'url ']) {
    const box = (type === 'dref' || type === 'url ' ? text.indexOf(type, at) : text.lastIndexOf(type, at)) - 4
    grown.writeUInt32BE(grown.readUInt32BE(box) + alias.length, box)
  }
  return grown
}

/** Raw frames that are `side` pixels wide and high, if one believes an AVI's headers. */
function enlargeHeaders(avi: Uint8Array, side: number): Uint8Array {
  const bytes = Buffer.from(avi)
  const main = bytes.indexOf('avih') + 8
  bytes.writeUInt32LE(side, main + 32)
  bytes.writeUInt32LE(side, main + 36)
  const format = bytes.indexOf('strf') + 8
  bytes.writeUInt32LE(side, format + 4)
  bytes.writeUInt32LE(side, format + 8)
  return bytes
}

/** Claims two thousand million samples, as short tables can. */
function claimManySamples(film: Uint8Array): Uint8Array {
  const bytes = Buffer.from(film)
  const stts = bytes.indexOf('stts')
  bytes.writeUInt32BE(0x7fff_ffff, stts + 12)
  const stsz = bytes.indexOf('stsz')
  bytes.writeUInt32BE(0x7fff_ffff, stsz + 12)
  return bytes
}

/** Writes the set into a folder; the canary is what some of them reach for. */
export async function hostileFiles(dir: string, canary: Canary): Promise<HostileFile[]> {
  const file = (name: string) => ({ name, path: join(dir, name) })
  const made: HostileFile[] = []
  const write = async (name: string, content: Uint8Array | string) => {
    await writeFile(join(dir, name), content)
    made.push(file(name))
  }
  const make = async (name: string, ...args: string[]) => {
    await ffmpeg(...args, join(dir, name))
    made.push(file(name))
  }
  const film = join(dir, 'film.mp4')
  await ffmpeg(...picture('160x96', 50), ...tone(2), ...X264, '-c:a', 'aac', film)
  const bytes = await readFile(film)
  for (const [name, text] of Object.entries(playlists(canary))) await write(name, text)
  await write('empty.mp4', '')
  await write('zeros.mp4', new Uint8Array(1 << 16))
  await write('dref.mov', pointElsewhere(bytes, canary.path))
  await write('many-samples.mp4', claimManySamples(bytes))
  for (const part of [0.02, 0.5, 0.9, 0.999]) await write(`cut-${part}.mp4`, bytes.subarray(0, bytes.length * part))
  for (const seed of [1, 2, 3, 4]) await write(`flipped-${seed}.mp4`, flipBits(bytes, 4 ** seed, seeded(seed)))
  await make('sound.m4a', ...tone(1), '-c:a', 'aac')
  await make('picture.png.mp4', ...picture('64x48', 1), '-f', 'image2', '-c:v', 'png')
  await make('picture.gif.mp4', ...picture('64x48', 3), '-f', 'gif')
  const raw = join(dir, 'raw.avi')
  await ffmpeg(...picture('16x16', 3), '-c:v', 'rawvideo', '-pix_fmt', 'yuv420p', raw)
  for (const side of [16_000, 65_000]) await write(`huge-${side}.avi`, enlargeHeaders(await readFile(raw), side))
  return made
}
