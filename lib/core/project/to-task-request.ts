import type { ProjectClip, ProjectDocument } from '#lib/contracts/project.ts'
import { TaskRequest } from '#lib/contracts/tasks/index.ts'
import { assertNever } from '#lib/core/assert-never.ts'
import { sharedSize } from './crop-shapes.ts'
import { highlightRegions } from './highlight-regions.ts'
import { type ProjectSource, projectCropPath } from './project-crop-path.ts'

/** What a project can be rendered as. */
export type ProjectTask = 'annotate' | 'framing' | 'overlay' | 'export'

export type TaskObstacle = 'no_clips' | 'no_crop' | 'no_highlights' | 'too_many_highlights'

/** What one job takes (tasks/render.ts). */
const MAX_REGIONS = 500

/**
 * The job a project asks for. The preview draws from the same `projectCropPath` and `highlightRegions`, so both show the same numbers.
 * An obstacle says what the project lacks for the task; `export` takes a project as it is.
 */
export function toTaskRequest(
  document: ProjectDocument,
  task: ProjectTask,
  source: ProjectSource,
): { readonly request: TaskRequest } | { readonly obstacle: TaskObstacle } {
  const params = paramsOf(document, task, source)
  return typeof params === 'string' ? { obstacle: params } : { request: TaskRequest.parse({ task, params }) }
}

function paramsOf(document: ProjectDocument, task: ProjectTask, source: ProjectSource): object | TaskObstacle {
  const { codec, quality } = document.export
  const clips = clipsOf(document)
  const crop = cropOf(document, source)
  const highlight = highlightOf(document)
  const tooMany = highlight && highlight.highlight_regions.length > MAX_REGIONS
  switch (task) {
    case 'annotate':
      return clips ? { ...clips, codec, quality } : 'no_clips'
    case 'framing':
      return crop ? { ...crop, codec, quality } : 'no_crop'
    case 'overlay':
      if (!highlight) return 'no_highlights'
      return tooMany ? 'too_many_highlights' : { ...highlight, ...crop, codec, quality }
    case 'export':
      return tooMany ? 'too_many_highlights' : { ...highlight, ...crop, ...clips, ...outputOf(document) }
    default:
      return assertNever(task)
  }
}

function clipsOf({ clips, export: { mode, burn_labels } }: ProjectDocument) {
  const kept = clips.filter((clip) => clip.kept)
  return kept.length > 0 ? { clips: kept.map(wireClip), mode, burn_labels } : undefined
}

function wireClip({ id: _id, kept: _kept, label, ...clip }: ProjectClip, index: number) {
  return { ...clip, label: clipName(label, index) }
}

/** What a clip without a name is called, by its place in the reel (from 0). */
export function clipName(label: string, index: number): string {
  return label.trim() === '' ? `Clip ${index + 1}` : label
}

function cropOf(document: ProjectDocument, source: ProjectSource) {
  const path = projectCropPath(document.crop, source)
  if (!path) return undefined
  const size = sharedSize(document.crop.aspect)
  return { crop_keyframes: path, ...(size ? { output_width: size.width, output_height: size.height } : {}) }
}

function highlightOf(document: ProjectDocument) {
  const regions = highlightRegions(document)
  return regions.length > 0 ? { highlight_regions: regions, effect_type: document.highlights.effect } : undefined
}

function outputOf({ export: settings }: ProjectDocument) {
  const { format, codec, quality, max_height, upscale, upscale_model, upscale_scale } = settings
  return {
    format,
    codec,
    quality,
    ...(max_height === undefined ? {} : { max_height }),
    ...(upscale
      ? {
          upscale,
          upscale_scale,
          ...(upscale_model === undefined ? {} : { upscale_model }),
          // Enlargement applies to sizes nobody asked for: the crop's own, times the scale.
          output_width: undefined,
          output_height: undefined,
        }
      : {}),
  }
}
