'use client'

import { Field } from '#app/_components/ui/field.tsx'
import { Segmented } from '#app/_components/ui/segmented.tsx'
import { Select } from '#app/_components/ui/select.tsx'
import { modelChoice } from '#app/_components/upscale/models.ts'
import { useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import type { ExportSettings } from '#lib/contracts/project.ts'
import type { UpscaleModelName } from '#lib/contracts/tasks/upscale.ts'
import { useOfferedModels } from './offered-models.tsx'

/** Enlargement by a network, among those there are. */
export function UpscaleFields({ settings }: { settings: ExportSettings }) {
  const { session } = useStudio()
  const offered = useOfferedModels()
  const { upscale, upscale_model: stored, upscale_scale: scale } = settings
  const [first] = offered
  const model = stored ?? first
  if (!model) return null
  const set = (changes: Partial<ExportSettings>) => session.edit({ type: 'set_export', changes })
  const choose = (name: UpscaleModelName) => {
    const { scales } = modelChoice(name)
    set({ upscale: true, upscale_model: name, upscale_scale: scales.find((one) => one === scale) ?? scales[0] ?? 2 })
  }
  const { about, scales } = modelChoice(model)
  // A network that was taken away meanwhile stays visible, so that one sees why there is no price.
  const names = offered.includes(model) ? offered : [model, ...offered]
  return (
    <div className="flex flex-col gap-4">
      <label className="flex min-h-9 items-center gap-2.5 text-sm font-semibold">
        <input
          type="checkbox"
          checked={upscale}
          onChange={(event) => (event.target.checked ? choose(model) : set({ upscale: false }))}
          className="size-5 accent-ball"
        />
        Upscale
      </label>
      {upscale ? (
        <>
          <Field label="Model" htmlFor="export-model" hint={about}>
            <Select
              id="export-model"
              value={model}
              options={names.map((value) => ({ value, label: modelChoice(value).label }))}
              onChange={choose}
            />
          </Field>
          <Segmented
            label="Scale"
            value={`${scale}`}
            options={[
              { value: '2', label: '2×', disabled: !scales.includes(2) },
              { value: '4', label: '4×', disabled: !scales.includes(4) },
            ]}
            onChange={(value) => set({ upscale_scale: value === '2' ? 2 : 4 })}
          />
        </>
      ) : null}
    </div>
  )
}
