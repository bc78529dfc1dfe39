'use client'

import { ChevronRight } from 'lucide-react'
import { classNames } from '#app/_components/class-names.ts'
import { Field } from '#app/_components/ui/field.tsx'
import { Segmented } from '#app/_components/ui/segmented.tsx'
import { Select } from '#app/_components/ui/select.tsx'
import { useDocument, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { type Quality, VideoCodec } from '#lib/contracts/media.ts'
import type { ExportSettings } from '#lib/contracts/project.ts'
import type { VideoFormat } from '#lib/contracts/tasks/render.ts'
import { renderedSize } from '#lib/core/media/rendered-size.ts'
import { type ExportPreset, formatChanges, presetEdits, presetOf } from '#lib/core/project/export-presets.ts'
import { UpscaleFields } from './upscale-fields.tsx'
import { useExportOrder } from './use-export.ts'

const PRESETS = [
  { value: 'vertical', label: 'TikTok, Reels, Shorts', about: '9:16, 1080 × 1920' },
  { value: 'wide', label: 'YouTube', about: '16:9, up to 2160 lines' },
  { value: 'source', label: 'Source', about: 'As it was filmed' },
] as const satisfies readonly { value: ExportPreset; label: string; about: string }[]

const FORMATS = [
  { value: 'mp4', label: 'MP4' },
  { value: 'mov', label: 'MOV' },
  { value: 'webm', label: 'WebM' },
] as const satisfies readonly { value: VideoFormat; label: string }[]
const CODECS = { h264: 'H.264', hevc: 'HEVC', av1: 'AV1' } as const satisfies Record<VideoCodec, string>
const CODEC_HINTS = {
  h264: 'Plays everywhere.',
  hevc: 'Smaller files; fine on Apple and most phones.',
  av1: 'Smallest files; newer devices and browsers.',
} as const satisfies Record<VideoCodec, string>
const QUALITIES = [
  { value: 'low', label: 'Small' },
  { value: 'medium', label: 'Balanced' },
  { value: 'high', label: 'Best' },
] as const satisfies readonly { value: Quality; label: string }[]
const MODES = [
  { value: 'reel', label: 'One reel' },
  { value: 'separate', label: 'Separate files' },
] as const
const HEIGHTS = [2160, 1920, 1440, 1080, 720, 480]

/** How the project leaves the studio. Every choice is an edit: it is saved, and can be undone. */
export function ExportForm() {
  const { session } = useStudio()
  const settings = useDocument((document) => document.export)
  const set = (changes: Partial<ExportSettings>) => session.edit({ type: 'set_export', changes })
  return (
    <section aria-label="Export settings" className="flex flex-col gap-4 p-4">
      <Presets />
      <ClipFields settings={settings} set={set} />
      <UpscaleFields settings={settings} />
      <FileFields settings={settings} set={set} />
    </section>
  )
}

function Presets() {
  const { session, source } = useStudio()
  const chosen = useDocument(presetOf)
  const choose = (preset: ExportPreset) => {
    const gesture = `preset-${crypto.randomUUID()}`
    for (const edit of presetEdits(session.document, preset, source)) session.edit(edit, gesture)
  }
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-sm font-semibold">Made for</legend>
      {PRESETS.map(({ value, label, about }) => (
        <button
          key={value}
          type="button"
          aria-pressed={chosen === value}
          onClick={() => choose(value)}
          className={classNames(
            'flex min-h-11 items-center justify-between gap-3 rounded-md border px-3 text-left text-sm hover:border-control',
            chosen === value ? 'border-ball bg-raised ring-1 ring-ball' : 'border-line-strong bg-surface',
          )}
        >
          <span className="font-semibold">{label}</span>
          <span className="tabular text-muted">{about}</span>
        </button>
      ))}
      {chosen === null ? <p className="text-sm text-muted">Settings of your own.</p> : null}
    </fieldset>
  )
}

interface Fields {
  readonly settings: ExportSettings
  readonly set: (changes: { [Key in keyof ExportSettings]?: ExportSettings[Key] | undefined }) => void
}

function ClipFields({ settings, set }: Fields) {
  const kept = useDocument((document) => document.clips.reduce((count, clip) => count + (clip.kept ? 1 : 0), 0))
  if (kept === 0) return null
  return (
    <Field label={kept === 1 ? 'The kept clip' : `The ${kept} kept clips`}>
      <Segmented label="Clips" value={settings.mode} options={MODES} onChange={(mode) => set({ mode })} />
      <label className="mt-3 flex min-h-9 items-center gap-2.5 text-sm">
        <input
          type="checkbox"
          checked={settings.burn_labels}
          onChange={(event) => set({ burn_labels: event.target.checked })}
          className="size-5 accent-ball"
        />
        Write the names into the picture
      </label>
    </Field>
  )
}

function FileFields({ settings, set }: Fields) {
  const { format, codec, quality, max_height: limit } = settings
  const summary = [FORMATS.find(({ value }) => value === format)?.label, CODECS[codec], limit ? `${limit} lines` : '']
  return (
    <details className="group rounded-md border border-line">
      <summary className="flex h-11 items-center gap-3 px-3 text-sm font-semibold">
        <ChevronRight aria-hidden className="size-4 text-muted transition-transform group-open:rotate-90" />
        File
        <span className="ml-auto truncate font-normal text-muted">{summary.filter(Boolean).join(', ')}</span>
      </summary>
      <div className="flex flex-col gap-4 p-3 pt-1">
        <Field label="Format">
          <Segmented label="Format" value={format} options={FORMATS} onChange={(next) => set(formatChanges(next))} />
        </Field>
        <Field label="Codec" hint={format === 'webm' ? 'WebM holds AV1.' : CODEC_HINTS[codec]}>
          <Segmented
            label="Codec"
            value={codec}
            options={VideoCodec.options.map((value) => ({
              value,
              label: CODECS[value],
              disabled: format === 'webm' && value !== 'av1',
            }))}
            onChange={(next) => set({ codec: next })}
          />
        </Field>
        <Field label="Quality">
          <Segmented label="Quality" value={quality} options={QUALITIES} onChange={(next) => set({ quality: next })} />
        </Field>
        <HeightField settings={settings} set={set} />
      </div>
    </details>
  )
}

function HeightField({ settings, set }: Fields) {
  const { source } = useStudio()
  const order = useExportOrder()
  if ('obstacle' in order) return null
  const full = renderedSize({ ...order.params, max_height: undefined }, source).height
  const limit = settings.max_height
  const lower = HEIGHTS.filter((height) => height < full || height === limit)
  const options = [
    { value: 'full', label: `No limit (${full} lines)` },
    ...lower.map((height) => ({ value: `${height}`, label: `${height} lines` })),
    ...(limit === undefined || lower.includes(limit) ? [] : [{ value: `${limit}`, label: `${limit} lines` }]),
  ]
  return (
    <Field label="Maximum height" htmlFor="export-height">
      <Select
        id="export-height"
        value={`${limit ?? 'full'}`}
        options={options}
        onChange={(value) => set({ max_height: value === 'full' ? undefined : Number(value) })}
      />
    </Field>
  )
}
