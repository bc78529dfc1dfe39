const EVERY_MS = 10_000

/** Does what the scheduled Worker does in production: calls the reconciler, again and again. Returns how to stop. */
export function startReconcileTick(
  env: Readonly<Record<string, string>>,
  onFailure: (reason: string) => void,
): () => Promise<void> {
  const stopped = new AbortController()
  let failing = false
  let running: Promise<void> = Promise.resolve()

  async function tick(): Promise<void> {
    const reason = await callReconciler(env, stopped.signal)
    // Said once, not every ten seconds.
    if (reason && !failing && !stopped.signal.aborted) onFailure(reason)
    failing = reason !== null
  }

  let busy = false
  const timer = setInterval(() => {
    if (busy) return
    busy = true
    running = tick().finally(() => {
      busy = false
    })
  }, EVERY_MS)

  return async () => {
    clearInterval(timer)
    stopped.abort()
    await running
  }
}

async function callReconciler(env: Readonly<Record<string, string>>, signal: AbortSignal): Promise<string | null> {
  try {
    const response = await fetch(`${env.APP_URL}/api/reconcile`, {
      method: 'POST',
      headers: { authorization: `Bearer ${env.RECONCILE_SECRET}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(60_000)]),
    })
    const text = await response.text()
    return response.ok ? null : `${response.status} ${text.slice(0, 200)}`
  } catch (error) {
    return String(error)
  }
}
