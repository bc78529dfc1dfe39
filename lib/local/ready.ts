import { z } from 'zod'
import type { RunningProcess } from './process-group.ts'

const ReadyLine = z.object({ ready: z.literal(true) })

function isReadyLine(line: string): boolean {
  try {
    return ReadyLine.safeParse(JSON.parse(line)).success
  } catch {
    return false
  }
}

/** Waits for the `{"ready":true,…}` line of a stand-in. */
export function printsReady(running: RunningProcess): Promise<void> {
  return new Promise((resolve) => {
    running.onLine((line) => {
      if (isReadyLine(line)) resolve()
    })
  })
}

/** Waits until `url` answers with success. */
export async function answers(url: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]) }).catch(
      () => null,
    )
    await response?.body?.cancel()
    if (response?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Waits for `ready`; throws, with what it printed last, when the process ends before or the time is over. */
export async function waitUntilReady(
  running: RunningProcess,
  makeReady: (running: RunningProcess, signal: AbortSignal) => Promise<void>,
  limitMs: number,
): Promise<void> {
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(), limitMs)
  const late = new Promise<string>((resolve) => {
    over.signal.addEventListener('abort', () => resolve(`was not ready after ${limitMs / 1000} s`))
  })
  const died = running.ended.then((reason) => `ended (${reason}) before it was ready`)
  const failure = await Promise.race([makeReady(running, over.signal).then(() => null), late, died])
  clearTimeout(timer)
  over.abort()
  if (failure !== null) throw new Error(`${running.name} ${failure}:\n${running.tail()}`)
}
