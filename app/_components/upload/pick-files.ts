import type { PickedFile } from './uploader-types.ts'

/** The File System Access API, where there is one (Chromium); TypeScript's DOM library does not have it. */
interface FileSystemAccess {
  showOpenFilePicker(options: { multiple: boolean }): Promise<FileSystemFileHandle[]>
}

interface PermittedHandle extends FileSystemFileHandle {
  requestPermission(options: { mode: 'read' }): Promise<PermissionState>
}

/** What the picker's own filter offers; the probe decides. iPhones give `.mov`, cameras `.mts`. */
const ACCEPT = 'video/*,.mp4,.m4v,.mov,.mkv,.webm,.ts,.mts,.m2ts'

/** The system's file dialog; empty when it was closed. Call from a click. */
export async function pickFiles(): Promise<PickedFile[]> {
  if (!hasPicker(window)) return await pickByInput()
  try {
    const handles = await window.showOpenFilePicker({ multiple: true })
    return await Promise.all(handles.map(async (handle) => ({ file: await handle.getFile(), handle })))
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return []
    return await pickByInput()
  }
}

/** What was dropped, folders left out. The transfer can only be read during the event, so everything is asked for at once. */
export async function droppedFiles(transfer: DataTransfer): Promise<PickedFile[]> {
  const items = [...transfer.items].filter((item) => item.kind === 'file')
  const picked = await Promise.all(items.map(readItem))
  return picked.filter((file) => file !== null)
}

async function readItem(item: DataTransferItem): Promise<PickedFile | null> {
  const file = item.getAsFile()
  const folder = item.webkitGetAsEntry()?.isDirectory ?? false
  const asked = 'getAsFileSystemHandle' in item ? (item.getAsFileSystemHandle as () => Promise<unknown>)() : null
  if (!file || folder) return null
  const handle = await Promise.resolve(asked).catch(() => null)
  return isFileHandle(handle) ? { file, handle } : { file }
}

/** The file behind a remembered handle; null when the user does not allow it, or it is gone. Call from a click. */
export async function reopenFile(handle: FileSystemFileHandle): Promise<File | null> {
  try {
    if ('requestPermission' in handle) {
      const state = await (handle as PermittedHandle).requestPermission({ mode: 'read' })
      if (state !== 'granted') return null
    }
    return await handle.getFile()
  } catch {
    return null
  }
}

function pickByInput(): Promise<PickedFile[]> {
  const input = document.createElement('input')
  Object.assign(input, { type: 'file', multiple: true, accept: ACCEPT })
  return new Promise((resolve) => {
    input.onchange = () => resolve([...(input.files ?? [])].map((file) => ({ file })))
    input.oncancel = () => resolve([])
    input.click()
  })
}

function hasPicker(target: object): target is FileSystemAccess {
  return 'showOpenFilePicker' in target
}

function isFileHandle(value: unknown): value is FileSystemFileHandle {
  return typeof FileSystemFileHandle !== 'undefined' && value instanceof FileSystemFileHandle
}
