import { playersOf } from '#app/(studio)/studio/_editor/modes/overlay/players-of.ts'
import type { Player } from '#lib/core/project/players.ts'
import type { Box, Scene } from './lanes.ts'
import { playerRows } from './player-rows.ts'
import { xOf } from './timeline-view.ts'

const INSET = 3
const MAX_BAR = 9

const known = new WeakMap<readonly Player[], ReturnType<typeof playerRows>>()

/** A bar for every player, from where they appear to where they go; highlighted ones are filled with the ball's colour. */
export function drawPlayers(context: CanvasRenderingContext2D, scene: Scene, { top, height }: Box): void {
  const { view, palette, clock, document, overlay } = scene
  context.fillStyle = palette.raised
  context.fillRect(0, top, view.widthPx, height)
  if (!overlay.tracks) {
    context.font = `500 11px ${palette.fontFamily}`
    context.textBaseline = 'middle'
    context.fillStyle = palette.muted
    context.fillText('Players: open Overlay to see them', 10, top + height / 2)
    return
  }
  const players = playersOf(overlay.tracks.packed, document.tracks.identities)
  const placed = known.get(players) ?? playerRows(players)
  known.set(players, placed)
  const rowHeight = Math.min(MAX_BAR, (height - 2 * INSET) / Math.max(1, placed.count))
  const highlighted = new Set(
    document.highlights.regions.flatMap(({ follows }) => (follows.kind === 'track' ? [follows.track_id] : [])),
  )
  const lastS = view.startS + view.widthPx / view.pxPerS
  for (const [index, { id, startFrame, endFrame }] of players.entries()) {
    const startS = clock.timeOf(startFrame)
    // In order of appearance: nobody after this one is seen.
    if (startS > lastS) break
    const [left, right] = [xOf(view, startS), xOf(view, clock.timeOf(endFrame))]
    if (right < 0) continue
    const y = top + INSET + (placed.rows[index] ?? 0) * rowHeight
    const [x, width] = [Math.max(-2, left), Math.max(1.5, Math.min(view.widthPx + 2, right) - Math.max(-2, left))]
    context.fillStyle = highlighted.has(id) ? palette.ball : palette.sky
    context.fillRect(x, y, width, Math.max(1, rowHeight - 1))
    if (overlay.player !== id) continue
    context.strokeStyle = palette.text
    context.lineWidth = 1.5
    context.strokeRect(x - 1, y - 1, width + 2, rowHeight + 1)
  }
}
