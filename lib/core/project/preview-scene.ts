import type { ProjectDocument } from '#lib/contracts/project.ts'
import type { TracksFile } from '#lib/contracts/tasks/track.ts'
import { renderedSize } from '#lib/core/media/rendered-size.ts'
import type { SceneSpec } from '#lib/core/render/scene.ts'
import { highlightRegions } from './highlight-regions.ts'
import { type ProjectSource, projectCropPath } from './project-crop-path.ts'
import { toTaskRequest } from './to-task-request.ts'

/** Everything but the colours, which only the decoded frames tell. */
export type PreviewScene = Omit<SceneSpec, 'matrix'>

/**
 * What the export of a project does to its pictures: read from the very job that would be ordered. Enlargement is left out, because a
 * preview shows the composed picture, and so are clips, because it shows the frame at the playhead.
 * @param tracks the file that highlights on players need; without it they are not shown
 */
export function previewScene(
  document: ProjectDocument,
  source: ProjectSource,
  tracks: TracksFile | undefined,
): PreviewScene {
  const { width, height } = source
  const made = toTaskRequest({ ...document, clips: [] }, 'export', source)
  if ('obstacle' in made || made.request.task !== 'export')
    return { source: { width, height }, output: { width, height } }
  const { params } = made.request
  const { crop_keyframes: crop, highlight_regions: regions, effect_type: effect } = params
  return {
    source: { width, height },
    output: renderedSize({ ...params, upscale: false }, source),
    crop,
    highlight: regions && { effect, regions },
    tracks,
  }
}

/** The whole source picture with the highlights on it, for placing them. */
export function highlightScene(
  document: ProjectDocument,
  source: ProjectSource,
  tracks: TracksFile | undefined,
): PreviewScene {
  const size = { width: source.width, height: source.height }
  const regions = highlightRegions(document)
  const highlight = regions.length > 0 ? { effect: document.highlights.effect, regions } : undefined
  return { source: size, output: size, highlight, tracks }
}

/** Whether the export looks otherwise than the source. */
export function changesPicture(document: ProjectDocument, source: ProjectSource): boolean {
  return document.highlights.regions.length > 0 || projectCropPath(document.crop, source) !== null
}
