const KEY = 'after-top-up'

/** Remembers, for this tab, where a top-up should lead back to. */
export function rememberReturn(topUpId: string, path: string): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ topUpId, path }))
  } catch {
    // Without storage the wallet is where one ends up.
  }
}

export function recallReturn(topUpId: string): string | null {
  try {
    const saved: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null')
    if (typeof saved !== 'object' || saved === null || !('topUpId' in saved) || !('path' in saved)) return null
    return saved.topUpId === topUpId && typeof saved.path === 'string' ? saved.path : null
  } catch {
    return null
  }
}
