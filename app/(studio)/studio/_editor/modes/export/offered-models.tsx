'use client'

import { createContext, type ReactNode, useContext } from 'react'
import type { UpscaleModelName } from '#lib/contracts/tasks/upscale.ts'

const Models = createContext<readonly UpscaleModelName[]>([])

/** Networks that the GPU image has: only the server knows. A component, because a context itself cannot cross from the server. */
export function OfferedModels({ value, children }: { value: readonly UpscaleModelName[]; children: ReactNode }) {
  return <Models.Provider value={value}>{children}</Models.Provider>
}

export function useOfferedModels(): readonly UpscaleModelName[] {
  return useContext(Models)
}
