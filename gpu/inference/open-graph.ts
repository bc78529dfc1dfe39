import { openCGraph } from './c-api/open-c-graph.ts'
import type { Graph, GraphOptions } from './graph.ts'
import { openNodeGraph } from './node-graph.ts'
import type { Runtime } from './runtime.ts'

/** What a run needs that can be stopped from another thread; only the C API can be, between two nodes of a graph. */
export interface StopControl {
  readonly stopped: () => boolean
  readonly onRunOptions: (address: bigint) => void
}

/** Loads a graph on this thread. Throws with ONNX Runtime's message. */
export async function openGraph(
  runtime: Runtime,
  bytes: Uint8Array,
  options: GraphOptions,
  { stopped, onRunOptions }: StopControl = { stopped: () => false, onRunOptions: () => undefined },
): Promise<Graph> {
  switch (runtime) {
    case 'node':
      return openNodeGraph(bytes, options)
    case 'c-api':
      return openCGraph(bytes, { ...options, stopped, onRunOptions })
  }
}
