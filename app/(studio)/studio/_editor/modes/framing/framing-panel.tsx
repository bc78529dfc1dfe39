'use client'

import { useId } from 'react'
import { Field } from '#app/_components/ui/field.tsx'
import { Segmented } from '#app/_components/ui/segmented.tsx'
import { Slider } from '#app/_components/ui/slider.tsx'
import { LivePreview } from '#app/(studio)/studio/_editor/preview/live-preview.tsx'
import { useStore } from '#app/(studio)/studio/_editor/session/store.ts'
import { useDocument, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { ASPECTS, type Aspect } from '#lib/contracts/project.ts'
import { AutoCropPanel } from './auto-crop-panel.tsx'
import { CropFields } from './crop-fields.tsx'
import { framingOf } from './framing-state.ts'
import { KeyframeList } from './keyframe-list.tsx'
import { useFramingScene, useSelectedAtPlayhead, useWideScreen } from './use-framing.ts'

const SHAPES = ASPECTS.map((value) => ({ value, label: value === 'source' ? 'As is' : value }))
const FILLS = [
  { value: 'crop', label: 'Crop' },
  { value: 'fit', label: 'Whole picture' },
] as const
const VIEWS = [
  { value: 'source', label: 'Source' },
  { value: 'result', label: 'Result' },
] as const

/** What part of the picture the viewer sees, and how the camera gets there. */
export function FramingPanel() {
  useSelectedAtPlayhead()
  const aspect = useDocument((document) => document.crop.aspect)
  const wide = useWideScreen()
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      {aspect === 'source' ? null : wide ? <ResultPane /> : <ViewSwitch />}
      <Settings aspect={aspect} />
    </div>
  )
}

/** Scrolls under the result, which stays in sight. */
function Settings({ aspect }: { aspect: Aspect }) {
  const fill = useDocument((document) => document.crop.fill)
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto">
      <Shape aspect={aspect} />
      {aspect === 'source' ? (
        <Begin />
      ) : (
        <>
          <AutoCropPanel aspect={aspect} />
          {fill === 'fit' ? null : (
            <>
              <CropFields />
              <KeyframeList />
            </>
          )}
          <Filling />
        </>
      )}
    </div>
  )
}

function ResultPane() {
  const scene = useFramingScene()
  return (
    <section aria-label="Result" className="h-[clamp(9rem,26vh,16rem)] shrink-0 border-b border-line bg-black">
      <LivePreview scene={scene} label="The result at this moment" />
    </section>
  )
}

function ViewSwitch() {
  const { session } = useStudio()
  const framing = framingOf(session)
  const shown = useStore(framing, (state) => state.showsResult)
  return (
    <div className="border-b border-line p-3">
      <Segmented
        label="What the picture shows"
        value={shown ? 'result' : 'source'}
        options={VIEWS}
        onChange={(view) => framing.set({ showsResult: view === 'result' })}
      />
    </div>
  )
}

function Shape({ aspect }: { aspect: Aspect }) {
  const { session, source } = useStudio()
  const setShape = (next: Aspect) => session.edit({ type: 'set_aspect', aspect: next, source })
  return (
    <section aria-label="Shape" className="border-b border-line p-4">
      <Field label="Shape">
        <Segmented label="Shape" value={aspect} options={SHAPES} onChange={setShape} />
      </Field>
    </section>
  )
}

function Filling() {
  const { session } = useStudio()
  const fill = useDocument((document) => document.crop.fill)
  return (
    <section aria-label="Filling and calmness" className="flex flex-col gap-3 p-4">
      {fill === 'fit' ? null : <Smoothing />}
      <Field
        label="Fill the shape with"
        hint={fill === 'fit' ? 'Nothing is cut off; the space around it shows the picture blurred.' : undefined}
      >
        <Segmented
          label="Fill the shape with"
          value={fill}
          options={FILLS}
          onChange={(next) => session.edit({ type: 'set_crop', changes: { fill: next } })}
        />
      </Field>
    </section>
  )
}

function Smoothing() {
  const { session } = useStudio()
  const id = useId()
  const smoothing = useDocument((document) => document.crop.smoothing)
  const percent = Math.round(smoothing * 100)
  return (
    <Field
      label="Calmness"
      labelId={id}
      aside={percent === 0 ? 'as found' : `${percent} %`}
      hint="Calms what auto-crop found. What you set yourself stays."
    >
      <Slider
        label="Calmness"
        value={percent}
        min={0}
        max={100}
        step={5}
        inWords={(value) => (value === 0 ? 'as found' : `${value} percent`)}
        onChange={(value) => session.edit({ type: 'set_crop', changes: { smoothing: value / 100 } }, `smoothing-${id}`)}
      />
    </Field>
  )
}

function Begin() {
  return (
    <div className="m-4 rounded-lg border border-dashed border-line-strong p-5 text-sm text-muted">
      <p className="font-semibold text-text">The whole picture is shown</p>
      <p className="mt-1">
        Choose 9:16 for a phone, then drag the bright frame onto your child wherever the play goes, or let auto-crop do
        it.
      </p>
    </div>
  )
}
