'use client'

import { ChevronRight } from 'lucide-react'
import { Field } from '#app/_components/ui/field.tsx'
import { Segmented } from '#app/_components/ui/segmented.tsx'
import { Select } from '#app/_components/ui/select.tsx'
import { Slider } from '#app/_components/ui/slider.tsx'
import { type MediaFacts, Quality, VideoCodec } from '#lib/contracts/media.ts'
import type { UpscaleModelName, UpscaleParams } from '#lib/contracts/tasks/upscale.ts'
import { upscaledSize } from '#lib/core/media/expected-output.ts'
import { MODELS, modelChoice } from './models.ts'

const CODECS = { h264: 'H.264', hevc: 'HEVC', av1: 'AV1' } as const satisfies Record<VideoCodec, string>
const CODEC_HINTS = {
  h264: 'Plays everywhere.',
  hevc: 'Smaller files; fine on Apple and most phones.',
  av1: 'Smallest files; newer devices and browsers.',
} as const satisfies Record<VideoCodec, string>
const QUALITY_NAMES = { low: 'Small', medium: 'Balanced', high: 'Best' } as const satisfies Record<Quality, string>
const HEIGHTS = [2160, 1440, 1080, 720] as const

export function UpscaleForm({
  params,
  facts,
  models,
  onChange,
}: {
  params: UpscaleParams
  facts: MediaFacts
  models: readonly UpscaleModelName[]
  onChange: (params: UpscaleParams) => void
}) {
  const model = modelChoice(params.model)
  const set = (change: Partial<UpscaleParams>) => onChange({ ...params, ...change })
  const chooseModel = (name: UpscaleParams['model']) => {
    const { scales } = modelChoice(name)
    set({ model: name, scale: scales.find((scale) => scale === params.scale) ?? scales[0] })
  }

  return (
    <div className="flex flex-col gap-5">
      <Field label="Model" htmlFor="model" hint={model.about}>
        <Select
          id="model"
          value={params.model}
          options={models.map((value) => ({ value, label: MODELS[value].label }))}
          onChange={chooseModel}
        />
      </Field>
      <ScaleField params={params} facts={facts} onChange={(scale) => set({ scale })} />
      {model.denoises ? (
        <Field label="Denoise" aside={params.denoise_strength.toFixed(1)} hint={denoiseHint(params.denoise_strength)}>
          <Slider
            label="Denoise strength"
            value={params.denoise_strength}
            min={0}
            max={1}
            step={0.1}
            inWords={denoiseHint}
            onChange={(value) => set({ denoise_strength: value })}
          />
        </Field>
      ) : null}
      <Field label="Deflicker" aside={params.deflicker.toFixed(1)} hint={deflickerHint(params.deflicker)}>
        <Slider
          label="Deflicker strength"
          value={params.deflicker}
          min={0}
          max={1}
          step={0.1}
          inWords={deflickerHint}
          onChange={(value) => set({ deflicker: value })}
        />
      </Field>
      <OutputFields params={params} facts={facts} set={set} />
    </div>
  )
}

/** How the file is written. Good as it is for most, so it stays folded until asked for. */
function OutputFields({
  params,
  facts,
  set,
}: {
  params: UpscaleParams
  facts: MediaFacts
  set: (change: Partial<UpscaleParams>) => void
}) {
  const limit = params.max_height ? `, ${params.max_height} lines` : ''
  return (
    <details className="group rounded-md border border-line">
      <summary className="flex h-11 items-center gap-3 px-3 text-sm font-semibold">
        <ChevronRight aria-hidden className="size-4 text-muted transition-transform group-open:rotate-90" />
        Output
        <span className="ml-auto truncate font-normal text-muted">
          {CODECS[params.codec]}, {QUALITY_NAMES[params.quality].toLowerCase()} quality{limit}
        </span>
      </summary>
      <div className="flex flex-col gap-5 p-3 pt-1">
        <Field label="Codec" hint={CODEC_HINTS[params.codec]}>
          <Segmented
            label="Codec"
            value={params.codec}
            options={VideoCodec.options.map((value) => ({ value, label: CODECS[value] }))}
            onChange={(codec) => set({ codec })}
          />
        </Field>
        <Field label="Quality">
          <Segmented
            label="Quality"
            value={params.quality}
            options={Quality.options.map((value) => ({ value, label: QUALITY_NAMES[value] }))}
            onChange={(quality) => set({ quality })}
          />
        </Field>
        <HeightField params={params} facts={facts} onChange={(max_height) => set({ max_height })} />
      </div>
    </details>
  )
}

function ScaleField({
  params,
  facts,
  onChange,
}: {
  params: UpscaleParams
  facts: MediaFacts
  onChange: (scale: UpscaleParams['scale']) => void
}) {
  const { scales } = modelChoice(params.model)
  const size = upscaledSize(facts, params.scale, params.max_height)
  return (
    <Field label="Scale" aside={`${size.width} × ${size.height}`}>
      <Segmented
        label="Scale"
        value={`${params.scale}`}
        options={[
          { value: '2', label: '2×', disabled: !scales.includes(2) },
          { value: '4', label: '4×', disabled: !scales.includes(4) },
        ]}
        onChange={(value) => onChange(value === '2' ? 2 : 4)}
      />
    </Field>
  )
}

function HeightField({
  params,
  facts,
  onChange,
}: {
  params: UpscaleParams
  facts: MediaFacts
  onChange: (maxHeight: number | undefined) => void
}) {
  const full = facts.height * params.scale
  const lower = HEIGHTS.filter((height) => height < full)
  if (lower.length === 0) return null
  const options = [
    { value: 'full', label: `No limit (${full} lines)` },
    ...lower.map((height) => ({ value: `${height}`, label: `${height} lines` })),
  ]
  return (
    <Field label="Maximum height" htmlFor="max-height">
      <Select
        id="max-height"
        value={`${params.max_height ?? 'full'}`}
        options={options}
        onChange={(value) => onChange(value === 'full' ? undefined : Number(value))}
      />
    </Field>
  )
}

function deflickerHint(strength: number): string {
  if (strength === 0) return 'Off: every frame by itself.'
  return strength < 0.6
    ? 'Calms pulsing light where nothing moves.'
    : 'For lamps that visibly pulse; players stay sharp.'
}

function denoiseHint(strength: number): string {
  if (strength < 0.25) return 'Keeps grain; for clean recordings.'
  return strength < 0.75 ? 'For typical phone and camera files.' : 'For clips that went through chat apps.'
}
