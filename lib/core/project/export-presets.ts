import type { Aspect, ExportSettings, ProjectDocument } from '#lib/contracts/project.ts'
import type { ProjectEdit } from './edits.ts'
import type { ProjectSource } from './project-crop-path.ts'

/** Where an export goes to: its shape, its limit of lines, and a file that every player there takes. */
export const EXPORT_PRESETS = ['vertical', 'wide', 'source'] as const
export type ExportPreset = (typeof EXPORT_PRESETS)[number]

/** What every place takes: H.264 in MP4 at the best quality. */
const PLAYS_EVERYWHERE = { format: 'mp4', codec: 'h264', quality: 'high' } as const

interface PresetShape {
  /** Shapes that fit as they are; a project of another one gets the first. */
  readonly aspects: readonly [Aspect, ...Aspect[]]
  readonly max_height: number | undefined
}

/** TikTok, Reels and Shorts show 1080 × 1920; YouTube takes any shape, up to 2160 lines. */
const SHAPES = {
  vertical: { aspects: ['9:16'], max_height: 1920 },
  wide: { aspects: ['16:9', 'source'], max_height: 2160 },
  source: { aspects: ['source'], max_height: undefined },
} as const satisfies Record<ExportPreset, PresetShape>

/** What choosing a preset changes: one step to undo. Upscaling, clips and highlights stay as they are. */
export function presetEdits(document: ProjectDocument, preset: ExportPreset, source: ProjectSource): ProjectEdit[] {
  const { aspects, max_height } = SHAPES[preset]
  const settings: ProjectEdit = { type: 'set_export', changes: { ...PLAYS_EVERYWHERE, max_height } }
  const fits = aspects.some((aspect) => aspect === document.crop.aspect)
  if (fits) return [settings]
  return [{ type: 'set_aspect', aspect: aspects[0], source: { width: source.width, height: source.height } }, settings]
}

/** The preset a project is at; null when something differs from all of them. */
export function presetOf({ crop, export: settings }: ProjectDocument): ExportPreset | null {
  const plain = Object.entries(PLAYS_EVERYWHERE).every(
    ([key, value]) => settings[key as keyof ExportSettings] === value,
  )
  if (!plain) return null
  const matches = (preset: ExportPreset) => {
    const { aspects, max_height } = SHAPES[preset]
    return settings.max_height === max_height && aspects.some((aspect) => aspect === crop.aspect)
  }
  return EXPORT_PRESETS.find(matches) ?? null
}

/** Changes that lead to a format: WebM holds AV1 only, the others begin with what plays everywhere. */
export function formatChanges(format: ExportSettings['format']): Pick<ExportSettings, 'format' | 'codec'> {
  return { format, codec: format === 'webm' ? 'av1' : 'h264' }
}
