const DATABASE = 'uploads'
const STORE = 'handles'

interface Entry {
  uploadId: string
  handle: FileSystemFileHandle
}

/** Remembers, across visits, which local file an upload was of. Works without storage, too: then it just remembers nothing. */
export interface FileHandles {
  remember(uploadId: string, handle: FileSystemFileHandle): Promise<void>
  forget(uploadId: string): Promise<void>
  all(): Promise<ReadonlyMap<string, FileSystemFileHandle>>
}

/** In IndexedDB, which alone can hold handles (https://wicg.github.io/file-system-access/). */
export const storedFileHandles: FileHandles = {
  async remember(uploadId, handle) {
    const entry: Entry = { uploadId, handle }
    await inStore('readwrite', (store) => store.put(entry))
  },
  async forget(uploadId) {
    await inStore('readwrite', (store) => store.delete(uploadId))
  },
  async all() {
    const entries = (await inStore<Entry[]>('readonly', (store) => store.getAll())) ?? []
    return new Map(entries.map((entry) => [entry.uploadId, entry.handle]))
  },
}

/** undefined where the browser gives no storage (private windows). */
async function inStore<Result>(
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest,
): Promise<Result | undefined> {
  let database: IDBDatabase | undefined
  try {
    database = await open()
    const request = act(database.transaction(STORE, mode).objectStore(STORE))
    return (await settled(request)) as Result
  } catch {
    return undefined
  } finally {
    database?.close()
  }
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1)
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'uploadId' })
  await settled(request)
  return request.result
}

function settled(request: IDBRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
