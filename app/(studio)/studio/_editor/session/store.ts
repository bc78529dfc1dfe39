import { useRef, useSyncExternalStore } from 'react'

/** A value outside React that components can watch a part of. */
export interface Store<State> {
  get(): State
  /** Replaces what is named; watchers hear of it once, and not at all when nothing differs. */
  set(changes: Partial<State>): void
  subscribe(listener: () => void): () => void
}

export function createStore<State extends object>(initial: State): Store<State> {
  let state = initial
  const listeners = new Set<() => void>()
  return {
    get: () => state,
    set(changes) {
      const keys = Object.keys(changes) as (keyof State)[]
      if (keys.every((key) => Object.is(state[key], changes[key]))) return
      state = { ...state, ...changes }
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Renders again only when what `select` returns is another value (by `Object.is`); it must make no new objects. */
export function useStore<State extends object, Selected>(
  store: Store<State>,
  select: (state: State) => Selected,
): Selected {
  const selector = useRef(select)
  selector.current = select
  const read = () => selector.current(store.get())
  return useSyncExternalStore(store.subscribe, read, read)
}
