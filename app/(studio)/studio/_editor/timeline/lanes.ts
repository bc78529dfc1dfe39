import type { MediaClient } from '#app/(studio)/studio/_editor/media/media-client.ts'
import type { OverlayState } from '#app/(studio)/studio/_editor/session/overlay-state.ts'
import type { ProjectDocument } from '#lib/contracts/project.ts'
import type { FrameClock } from '#lib/core/project/frame-clock.ts'
import type { SuggestedClip } from '#lib/core/project/suggested-clips.ts'
import { drawClips } from './draw-clips.ts'
import { drawKeyframes } from './draw-keyframes.ts'
import { drawPictures } from './draw-pictures.ts'
import { drawPlayers } from './draw-players.ts'
import { drawRuler } from './draw-ruler.ts'
import { drawSound } from './draw-sound.ts'
import type { Palette } from './palette.ts'
import type { TimelineView } from './timeline-view.ts'

/** Everything a lane may draw from. Sizes are CSS pixels. */
export interface Scene {
  readonly view: TimelineView
  readonly palette: Palette
  readonly clock: FrameClock
  readonly document: ProjectDocument
  readonly media: MediaClient | null
  readonly selected: readonly string[]
  /** Crop keyframes that are selected, by frame. */
  readonly keyframes: readonly number[]
  readonly overlay: OverlayState
  /** Clips that could be made. */
  readonly suggested: readonly SuggestedClip[]
  readonly playheadS: number
  readonly markInS: number | null
  /** Where an edge being dragged has snapped to. */
  readonly snapS: number | null
}

export interface Box {
  readonly top: number
  readonly height: number
}

export interface Lane {
  readonly height: number
  /** A lane without anything to show takes no room. */
  readonly shown: (document: ProjectDocument) => boolean
  readonly draw: (context: CanvasRenderingContext2D, scene: Scene, box: Box) => void
}

export type LaneId = 'ruler' | 'pictures' | 'sound' | 'clips' | 'keyframes' | 'players'

/** From top to bottom. A new lane is a file that draws it and a line here. */
export const LANES: Readonly<Record<LaneId, Lane>> = {
  ruler: { height: 26, shown: () => true, draw: drawRuler },
  pictures: { height: 48, shown: () => true, draw: drawPictures },
  sound: { height: 30, shown: () => true, draw: drawSound },
  clips: { height: 38, shown: () => true, draw: drawClips },
  keyframes: { height: 20, shown: ({ crop }) => crop.keyframes.length > 0, draw: drawKeyframes },
  players: { height: 40, shown: ({ tracks }) => tracks.asset_id !== null, draw: drawPlayers },
}

export interface PlacedLane extends Box {
  readonly id: LaneId
}

export function placeLanes(document: ProjectDocument): PlacedLane[] {
  let top = 0
  return (Object.keys(LANES) as LaneId[]).flatMap((id) => {
    const { height, shown } = LANES[id]
    if (!shown(document)) return []
    const placed = { id, top, height }
    top += height
    return [placed]
  })
}
