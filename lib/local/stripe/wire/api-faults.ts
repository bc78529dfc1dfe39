import { z } from 'zod'

/** A failure to play on matching API requests. `*` in the path matches anything. */
export const ApiFault = z.strictObject({
  match: z.strictObject({ method: z.enum(['GET', 'POST', 'DELETE']).optional(), path: z.string().optional() }),
  /** `status` answers with an error before anything is done; `drop_response` does the work, then cuts the connection. */
  action: z.enum(['status', 'drop_response', 'delay']),
  status: z.int().min(400).max(599).default(500),
  delay_ms: z.int().min(0).max(60_000).default(1000),
  times: z.int().min(1).max(1000).default(1),
})
export type ApiFault = z.infer<typeof ApiFault>

export class ApiFaults {
  #faults: ApiFault[] = []

  get list(): readonly ApiFault[] {
    return this.#faults
  }

  add(fault: ApiFault): void {
    this.#faults.push(fault)
  }

  clear(): void {
    this.#faults = []
  }

  /** The first fault meant for a request; it is used up by one. */
  take(method: string, path: string): ApiFault | undefined {
    const fault = this.#faults.find((candidate) => isMeant(candidate, method, path))
    if (!fault) return undefined
    const left = { ...fault, times: fault.times - 1 }
    this.#faults = this.#faults.flatMap((other) => (other !== fault ? [other] : left.times > 0 ? [left] : []))
    return fault
  }
}

function isMeant({ match }: ApiFault, method: string, path: string): boolean {
  if (match.method !== undefined && match.method !== method) return false
  if (match.path === undefined) return true
  const parts = match.path.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`).test(path)
}
