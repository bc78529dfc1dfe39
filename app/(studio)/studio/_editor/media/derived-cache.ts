import { inStudioStore } from '#app/(studio)/studio/_editor/session/studio-database.ts'

/** Videos whose derived data is kept, last opened ones: a few MB each. */
const KEPT_VIDEOS = 20

interface Entry {
  /** `<asset>:<what>` */
  readonly key: string
  readonly value: unknown
}

export async function readDerived(asset: string, what: string): Promise<unknown> {
  const entry = await inStudioStore('media', 'readonly', (store) => store.get(`${asset}:${what}`))
  return isEntry(entry) ? entry.value : undefined
}

export async function keepDerived(asset: string, what: string, value: unknown): Promise<void> {
  const entry: Entry = { key: `${asset}:${what}`, value }
  await inStudioStore('media', 'readwrite', (store) => store.put(entry))
}

/** Notes that a video is used now, and forgets those that were not for longest. */
export async function touchDerived(asset: string, nowMs: number): Promise<void> {
  await keepDerived('used', asset, nowMs)
  const used = await inStudioStore('media', 'readonly', (store) => store.getAll(allOf('used')))
  const oldestFirst = (Array.isArray(used) ? used : [])
    .filter(isEntry)
    .sort((a, b) => Number(a.value) - Number(b.value))
  for (const { key } of oldestFirst.slice(0, Math.max(0, oldestFirst.length - KEPT_VIDEOS))) {
    await inStudioStore('media', 'readwrite', (store) => store.delete(allOf(key.slice('used:'.length))))
    await inStudioStore('media', 'readwrite', (store) => store.delete(key))
  }
}

/** Every key that begins with `<prefix>:`; `;` is the character after the colon. */
function allOf(prefix: string): IDBKeyRange {
  return IDBKeyRange.bound(`${prefix}:`, `${prefix};`, false, true)
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && 'key' in value && 'value' in value
}
