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

/**
 * Claims a draft for as long as the tab lives; false when another tab that lives has it. Browsers release the lock with the tab,
 * however it ends (https://www.w3.org/TR/web-locks/).
 */
export async function claimDraft(draftKey: string): Promise<boolean> {
  return await new Promise((resolve) => {
    void navigator.locks
      .request(lockName(draftKey), { ifAvailable: true }, (lock) => {
        resolve(lock !== null)
        return lock ? new Promise<void>(() => {}) : undefined
      })
      .catch(() => resolve(false))
  })
}
