const KEY = 'studio-tab'

/** Who this tab is, across reloads. A copied tab copies the name; the lock below tells the two apart. */
export function tabId(): string {
  const known = sessionStorage.getItem(KEY)
  if (known) return known
  const made = crypto.randomUUID()
  sessionStorage.setItem(KEY, made)
  return made
}

const lockName = (draftKey: string) => `studio-draft:${draftKey}`

/** Long enough for the page before a reload to be gone. */
const PATIENCE_MS = 800

/**
 * Claims a draft until it is released or the tab ends, however it ends: browsers release the lock with it (https://www.w3.org/TR/web-locks/).
 * Null when a living tab has it; with `wait` a moment is given to one that is just going.
 */
export async function claimDraft(draftKey: string, wait: boolean): Promise<(() => void) | null> {
  const options = wait ? { signal: AbortSignal.timeout(PATIENCE_MS) } : { ifAvailable: true }
  return await new Promise((resolve) => {
    navigator.locks
      .request(lockName(draftKey), options, (lock) => {
        if (!lock) {
          resolve(null)
          return undefined
        }
        return new Promise<void>((release) => resolve(release))
      })
      .catch(() => resolve(null))
  })
}
