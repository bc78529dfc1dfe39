import { Scheduler } from './scheduler.ts'
import { Store } from './store/store.ts'
import { type RequestOrigin, Work, type WorkSettings } from './store/work.ts'
import { Deliveries, type DeliverySettings } from './webhooks/deliveries.ts'

export interface WorldSettings extends WorkSettings, DeliverySettings {
  dataDir: string
}

const NOBODY: RequestOrigin = { id: null, idempotencyKey: null }

/** State, time and webhooks together: everything that changes something goes through `transact`. */
export class World {
  readonly store: Store
  readonly deliveries: Deliveries
  readonly scheduler: Scheduler
  readonly clock: () => number
  readonly #settings: WorldSettings

  constructor(settings: WorldSettings) {
    this.#settings = settings
    this.clock = settings.clock
    this.store = Store.open(settings.dataDir, this.clock())
    this.deliveries = new Deliveries(this.store, settings)
    this.scheduler = new Scheduler(this.store, this.clock, (run) => this.transact(run))
  }

  start(): void {
    this.scheduler.wake()
    this.deliveries.wake()
  }

  /** Runs all or nothing: when `run` throws, nothing happened. */
  transact<T>(run: (work: Work) => T, origin: RequestOrigin = NOBODY): T {
    const work = this.work(origin)
    const result = run(work)
    work.commit((events) => this.deliveries.plan(events))
    this.start()
    return result
  }

  /** A view for reading; without `commit` it changes nothing. */
  work(origin: RequestOrigin = NOBODY): Work {
    return new Work(this.store, this.clock(), this.#settings, origin)
  }

  async close(): Promise<void> {
    this.scheduler.close()
    await this.deliveries.close()
    this.store.close()
  }
}
