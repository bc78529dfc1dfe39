import { z } from 'zod'

export const CLIENT_OPERATIONS = [
  'run',
  'runsync',
  'status',
  'status-sync',
  'stream',
  'cancel',
  'retry',
  'purge-queue',
  'health',
] as const
export const WORKER_OPERATIONS = ['job-take', 'job-take-batch', 'job-stop', 'ping', 'job-done', 'job-stream'] as const

export const Operation = z.enum([...CLIENT_OPERATIONS, ...WORKER_OPERATIONS])
export type Operation = z.infer<typeof Operation>

const times = z.int().min(1).max(10_000).default(1)
const delayMs = z.int().min(0).max(600_000)

/** `operation` limits a fault to one request kind; without it `status` and `delay` hit every client operation. */
export const Fault = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('drop_run_response'), times }),
  z.strictObject({
    action: z.literal('status'),
    times,
    status: z.int().min(400).max(599),
    operation: Operation.optional(),
  }),
  z.strictObject({ action: z.literal('delay'), times, delay_ms: delayMs, operation: Operation.optional() }),
  z.strictObject({ action: z.literal('drop_webhook'), times }),
  z.strictObject({ action: z.literal('duplicate_webhook'), times }),
  z.strictObject({ action: z.literal('delay_webhook'), times, delay_ms: delayMs }),
  z.strictObject({ action: z.literal('hold_queue'), endpoint_id: z.string().optional() }),
])
export type Fault = z.infer<typeof Fault>
export type FaultAction = Fault['action']
type Counted = Exclude<Fault, { action: 'hold_queue' }>

/** The misbehaviour a test asked for. Kept in memory: a restart of the stand-in is a healthy one. */
export class Faults {
  #armed: Fault[] = []

  arm(fault: Fault): void {
    this.#armed.push(fault)
  }

  list(): Fault[] {
    return structuredClone(this.#armed)
  }

  clear(action?: FaultAction): void {
    this.#armed = action === undefined ? [] : this.#armed.filter((fault) => fault.action !== action)
  }

  isQueueHeld(endpointId: string): boolean {
    return this.#armed.some((f) => f.action === 'hold_queue' && (f.endpoint_id ?? endpointId) === endpointId)
  }

  /** Uses up one occurrence of the first armed fault of this kind that applies. */
  use<A extends Counted['action']>(action: A, operation?: Operation): Extract<Counted, { action: A }> | undefined {
    const fault = this.#armed.find((f): f is Extract<Counted, { action: A }> => {
      if (f.action !== action) return false
      if (operation === undefined || (f.action !== 'status' && f.action !== 'delay')) return true
      return f.operation === undefined ? isClientOperation(operation) : f.operation === operation
    })
    if (fault === undefined) return undefined
    fault.times -= 1
    if (fault.times === 0) this.#armed.splice(this.#armed.indexOf(fault), 1)
    return fault
  }
}

export function isClientOperation(operation: string): operation is (typeof CLIENT_OPERATIONS)[number] {
  return CLIENT_OPERATIONS.some((known) => known === operation)
}
