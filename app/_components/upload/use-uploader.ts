'use client'

import { useEffect, useSyncExternalStore } from 'react'
import { storedFileHandles } from './file-handles.ts'
import { browserPatience } from './patience.ts'
import { droppedFiles, pickFiles, reopenFile } from './pick-files.ts'
import { sendPart } from './send-part.ts'
import { uploadApi } from './upload-api.ts'
import { UploadEngine } from './upload-engine.ts'
import type { Uploader, UploaderActions, UploadItem } from './uploader-types.ts'

const NOTHING: readonly UploadItem[] = []

/** One per tab, outside React: moving between pages interrupts no upload. */
const engine = new UploadEngine({
  api: uploadApi,
  send: sendPart,
  // The container parser is big; pages are usable before it is needed.
  probe: async (file) => (await import('./probe-file.ts')).probeFile(file),
  patience: browserPatience,
  handles: storedFileHandles,
  reopen: reopenFile,
  nowMs: () => performance.now(),
})

const actions: UploaderActions = {
  add: (files) => engine.add(files),
  pick: async () => engine.add(await pickFiles()),
  drop: async (transfer) => engine.add(await droppedFiles(transfer)),
  pause: (id) => engine.pause(id),
  resume: (id) => engine.resume(id),
  cancel: (id) => engine.cancel(id),
  retry: (id) => engine.retry(id),
  dismiss: (id) => engine.dismiss(id),
}

let restored = false

/** The uploads of this tab and what can be done with them; see uploader-types.ts. For pages of signed-in users. */
export function useUploader(): Uploader {
  const uploads = useSyncExternalStore(engine.subscribe, engine.snapshot, () => NOTHING)
  useEffect(() => {
    window.addEventListener('beforeunload', warnBeforeLeaving)
    if (restored) return
    restored = true
    engine.restore().catch(() => {
      // Asked again by the next page that shows uploads.
      restored = false
    })
  }, [])
  return { uploads, ...actions }
}

function warnBeforeLeaving(event: BeforeUnloadEvent): void {
  if (engine.busy) event.preventDefault()
}
