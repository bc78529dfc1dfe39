import { keepDerived, readDerived } from '#app/(studio)/studio/_editor/media/derived-cache.ts'
import { TracksFile } from '#lib/contracts/tasks/track.ts'
import { type PackedTracks, packTracks } from '#lib/core/project/packed-tracks.ts'
import type { LoadTracks, TracksNews } from './tracks-messages.ts'

/** Reads one tracks file beside the page: a long match has millions of boxes. */
const scope = self as unknown as {
  postMessage(message: TracksNews, transfer?: Transferable[]): void
  onmessage: ((event: MessageEvent<LoadTracks>) => void) | null
}

/** Rises with the shape of `PackedTracks`: what is kept in an older one is not read. */
const LAYOUT = 1

scope.onmessage = ({ data }) => void load(data)

async function load({ assetId, jobId, url }: LoadTracks): Promise<void> {
  const name = `tracks-${LAYOUT}-${jobId}`
  const kept = await readDerived(assetId, name).catch(() => undefined)
  if (isPacked(kept)) {
    scope.postMessage({ packed: kept })
    return
  }
  const bytes = await fetchBytes(url)
  if (!bytes) {
    scope.postMessage({ failed: 'network' })
    return
  }
  try {
    const packed = packTracks(TracksFile.parse(JSON.parse(await unpacked(bytes))))
    await keepDerived(assetId, name, packed).catch(() => {})
    scope.postMessage({ packed })
  } catch {
    scope.postMessage({ failed: 'unreadable' })
  }
}

async function fetchBytes(url: string): Promise<ArrayBuffer | null> {
  try {
    const reply = await fetch(url)
    return reply.ok ? await reply.arrayBuffer() : null
  } catch {
    return null
  }
}

/** Some storage serves gzip files as encoded content; then the browser has unpacked them already. RFC 1952: gzip begins with 1f 8b. */
function unpacked(bytes: ArrayBuffer): Promise<string> {
  const [first, second] = new Uint8Array(bytes)
  const packed = first === 0x1f && second === 0x8b
  const stream = new Blob([bytes]).stream()
  return new Response(packed ? stream.pipeThrough(new DecompressionStream('gzip')) : stream).text()
}

function isPacked(value: unknown): value is PackedTracks {
  return (
    typeof value === 'object' &&
    value !== null &&
    'boxFrames' in value &&
    value.boxFrames instanceof Int32Array &&
    'corners' in value &&
    value.corners instanceof Float32Array
  )
}
