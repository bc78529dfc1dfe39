import { serveThread } from '#gpu/threads/worker-thread.ts'

/** What tests ask a thread to do: count for a while, fail, or die. */
export type CountingRequest =
  | { readonly kind: 'count'; readonly ms: number }
  | { readonly kind: 'fail' }
  | { readonly kind: 'die' }

let served = 0

serveThread<CountingRequest, number>(async (request, stopped) => {
  served += 1
  switch (request.kind) {
    case 'fail':
      throw new Error('it failed')
    case 'die':
      return process.exit(3)
    case 'count': {
      // Busy, as inside a native call: no message comes through.
      const end = performance.now() + request.ms
      while (performance.now() < end) if (stopped()) throw new Error('left')
      return { body: served }
    }
  }
})
