import { runTask } from './flows/run-task.ts'
import type { Store } from './store/store.ts'
import type { ScheduledTask } from './store/tables.ts'
import type { Work } from './store/work.ts'
import { RequestError } from './wire/errors.ts'

const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Runs scheduled tasks when they are due, those that came due while the server was down included. */
export class Scheduler {
  readonly #store: Store
  readonly #clock: () => number
  readonly #transact: (run: (work: Work) => void) => void
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(store: Store, clock: () => number, transact: (run: (work: Work) => void) => void) {
    this.#store = store
    this.#clock = clock
    this.#transact = transact
  }

  wake(): void {
    clearTimeout(this.#timer)
    if (this.#closed) return
    const next = this.#due().at(0)
    if (!next) return
    const wait = Math.min(LONGEST_TIMER_MS, Math.max(0, next.dueMs - this.#clock()))
    this.#timer = setTimeout(() => this.run(), wait)
  }

  run(): void {
    for (const task of this.#due()) {
      if (task.dueMs > this.#clock()) break
      this.#runOne(task)
    }
    this.wake()
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
  }

  #runOne(task: ScheduledTask): void {
    if (!this.#store.get('task', task.id)) return // an earlier task of this round made it pointless
    try {
      this.#transact((work) => runTask(work, task))
    } catch (error) {
      if (!(error instanceof RequestError)) throw error
      // The world moved on by hand (say, already disputed): the task has nothing left to do.
      this.#transact((work) => work.remove('task', task.id))
    }
  }

  #due(): ScheduledTask[] {
    return this.#store.all('task').sort((a, b) => a.dueMs - b.dueMs)
  }
}
