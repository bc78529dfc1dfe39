import dynamic from 'next/dynamic'
import type { ComponentType } from 'react'
import { AnnotatePanel } from './annotate/annotate-panel.tsx'

/**
 * A way of working on the project. Adding one: a folder beside this file with its panel, a line here, its keys in `shortcuts/commands.ts`, and,
 * if it shows something in time, a lane in `timeline/lanes.ts`. Everything a mode changes goes through `session.edit` (lib/core/project).
 * Modes other than the first are loaded when they are opened: `Panel: dynamic(() => …, { ssr: false })` from `next/dynamic`.
 */
export interface Mode {
  readonly label: string
  readonly Panel: ComponentType
  /** Drawn over the picture, in a box of exactly its size. */
  readonly Overlay?: ComponentType
}

export const MODES = {
  annotate: { label: 'Annotate', Panel: AnnotatePanel },
  framing: {
    label: 'Framing',
    Panel: dynamic(() => import('./framing/framing-panel.tsx').then((module) => module.FramingPanel), { ssr: false }),
    Overlay: dynamic(() => import('./framing/crop-overlay.tsx').then((module) => module.CropOverlay), { ssr: false }),
  },
  overlay: {
    label: 'Overlay',
    Panel: dynamic(() => import('./overlay/overlay-panel.tsx').then((module) => module.OverlayPanel), { ssr: false }),
    Overlay: dynamic(() => import('./overlay/highlight-overlay.tsx').then((module) => module.HighlightOverlay), {
      ssr: false,
    }),
  },
  export: {
    label: 'Export',
    Panel: dynamic(() => import('./export/export-panel.tsx').then((module) => module.ExportPanel), { ssr: false }),
  },
} as const satisfies Readonly<Record<string, Mode>>

export type ModeName = keyof typeof MODES
