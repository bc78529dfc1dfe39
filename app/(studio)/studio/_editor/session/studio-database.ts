const DATABASE = 'studio'
/** `drafts`: unsaved work. `media`: what was derived from videos (frame times, pictures, sound levels). */
const STORES = { drafts: 'key', media: 'key' } as const

export type StudioStore = keyof typeof STORES

/** Undefined where the browser gives no storage (private windows, a full disk). Works in workers, too. */
export async function inStudioStore(
  name: StudioStore,
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest,
): Promise<unknown> {
  let database: IDBDatabase | undefined
  try {
    database = await open()
    return await settled(act(database.transaction(name, mode).objectStore(name)))
  } catch {
    return undefined
  } finally {
    database?.close()
  }
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1)
  request.onupgradeneeded = () => {
    for (const [name, keyPath] of Object.entries(STORES)) request.result.createObjectStore(name, { keyPath })
  }
  await settled(request)
  return request.result
}

function settled(request: IDBRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
