import type { ProjectDocument, ProjectHighlight } from '#lib/contracts/project.ts'
import type { HighlightRegion } from '#lib/contracts/tasks/render.ts'
import { clipPieces, trackPieces } from './track-pieces.ts'

/** The regions to draw, for preview and export alike: identities resolved to the tracks of the file. Sample with `createHighlightSampler`. */
export function highlightRegions({ highlights, tracks }: ProjectDocument): HighlightRegion[] {
  return highlights.regions.flatMap((region) => regionsOf(region, tracks.identities))
}

function regionsOf(region: ProjectHighlight, identities: ProjectDocument['tracks']['identities']): HighlightRegion[] {
  const { start_frame, end_frame, opacity, follows } = region
  if (follows.kind === 'keyframes') return [{ start_frame, end_frame, opacity, keyframes: follows.keyframes }]
  const { track_id, radius_x, radius_y } = follows
  const radii = {
    ...(radius_x === undefined ? {} : { radius_x }),
    ...(radius_y === undefined ? {} : { radius_y }),
  }
  return clipPieces(trackPieces(identities, track_id), start_frame, end_frame).map((piece) => ({
    ...piece,
    opacity,
    ...radii,
  }))
}
