'use client'

import { createContext, useContext } from 'react'
import type { UpscaleModelName } from '#lib/contracts/tasks/upscale.ts'

const Models = createContext<readonly UpscaleModelName[]>([])

/** Networks that the GPU image has: only the server knows. */
export const OfferedModels = Models.Provider

export function useOfferedModels(): readonly UpscaleModelName[] {
  return useContext(Models)
}
