import type { Track, TracksFile } from '#lib/contracts/tasks/track.ts'
import type { TruthBox, TruthFrame } from './match-truth.ts'
import { randomStream } from './noise.ts'
import type { FilmedMatch } from './scenarios.ts'

/** What detectors and trackers do to the truth. Shares are per frame. */
export interface ObservationErrors {
  readonly seed: number
  /** Standard deviation of a box's edges, as a fraction of its size, and at least `jitterPx`. */
  readonly jitter: number
  readonly jitterPx: number
  /** How often a run of missed frames starts, and its mean length in frames. */
  readonly playerMisses: readonly [share: number, frames: number]
  readonly ballMisses: readonly [share: number, frames: number]
  /** Chance per frame that a ball is seen for a few frames where there is none. */
  readonly falseBalls: number
  /** Chance per frame that a player gets a new id. */
  readonly idSwitches: number
}

/** Typical of a small detector on broadcast pictures; the ball is found in seven frames of ten. */
export const TYPICAL_ERRORS: ObservationErrors = {
  seed: 1,
  jitter: 0.04,
  jitterPx: 0.7,
  playerMisses: [0.02, 4],
  ballMisses: [0.08, 5],
  falseBalls: 0.02,
  idSwitches: 0.002,
}

type Box = [number, number, number, number]
type Seen = Track['frames'][number]

/** The tracks that a tracker would report of a match: jittered, with gaps, lost identities, hidden and false balls. */
export function observeMatch(match: FilmedMatch, errors: ObservationErrors, seesBall = true): TracksFile {
  const observer = new Observer(errors)
  for (const [frame, truth] of match.truth.entries()) observer.see(frame, truth, seesBall, match.cuts.includes(frame))
  const tracks = observer.tracks()
  return {
    width: match.widthPx,
    height: match.heightPx,
    fps: match.framesPerSecond,
    frames: match.truth.length,
    tracks,
    unique_tracks: tracks.length,
    moments: [],
    model: 'truth',
    motion_only: false,
  }
}

class Observer {
  readonly #errors: ObservationErrors
  readonly #random: () => number
  /** By thing, since its last change of identity. */
  readonly #current = new Map<string, Track>()
  readonly #all: Track[] = []
  readonly #missedUntil = new Map<string, number>()
  #falseBall: { box: Box; until: number; name: string } | undefined

  constructor(errors: ObservationErrors) {
    this.#errors = errors
    this.#random = randomStream(errors.seed * 7919 + 17)
  }

  see(frame: number, truth: TruthFrame, seesBall: boolean, cut: boolean): void {
    const { playerMisses, ballMisses, idSwitches, falseBalls } = this.#errors
    if (cut) this.#current.clear()
    for (const { id, box } of truth.players) {
      if (this.#random() < idSwitches) this.#current.delete(`player ${id}`)
      this.#look(`player ${id}`, 'person', frame, box, playerMisses)
    }
    if (!seesBall) return
    if (truth.ball !== undefined && !truth.ballHidden) this.#look('ball', 'sports ball', frame, truth.ball, ballMisses)
    if (truth.spareBall) this.#look('spare ball', 'sports ball', frame, truth.spareBall, ballMisses)
    const player = truth.players[Math.floor(this.#random() * truth.players.length)]
    if (this.#random() < falseBalls && player !== undefined) {
      const [x, y] = [player.box[0], player.box[3]]
      this.#falseBall = { box: [x - 3, y - 6, x + 3, y], until: frame + 2 + this.#random() * 5, name: `false ${frame}` }
    }
    if (this.#falseBall && frame < this.#falseBall.until) {
      this.#look(this.#falseBall.name, 'sports ball', frame, this.#falseBall.box, [0, 0])
    }
  }

  tracks(): Track[] {
    return this.#all.filter(({ frames }) => frames.length >= 3).map((track, i) => ({ ...track, track_id: i + 1 }))
  }

  #look(
    name: string,
    className: string,
    frame: number,
    box: TruthBox,
    [share, length]: readonly [number, number],
  ): void {
    const missedUntil = this.#missedUntil.get(name) ?? -1
    if (frame < missedUntil) return
    if (this.#random() < share) {
      this.#missedUntil.set(name, frame + 1 - length * Math.log(1 - this.#random()))
      return
    }
    const isBall = className === 'sports ball'
    const falsely = name.startsWith('false')
    const confidence = Math.min(0.95, (isBall ? (falsely ? 0.2 : 0.35) : 0.6) + 0.3 * this.#random())
    const seen: Seen = { frame, bbox: this.#jittered(box), confidence }
    const track = this.#current.get(name)
    const last = track?.frames.at(-1)?.frame ?? frame
    // A tracker forgets what it has not seen for a second.
    if (track === undefined || frame - last > 25) {
      const started: Track = { track_id: 1, class: className, frames: [seen] }
      this.#current.set(name, started)
      this.#all.push(started)
    } else track.frames.push(seen)
  }

  #jittered(box: TruthBox): Box {
    const { jitter, jitterPx } = this.#errors
    const across = Math.max(jitterPx, jitter * (box[2] - box[0]))
    const down = Math.max(jitterPx, jitter * (box[3] - box[1]))
    const [x1, y1] = [box[0] + across * this.#normal(), box[1] + down * this.#normal()]
    const [x2, y2] = [box[2] + across * this.#normal(), box[3] + down * this.#normal()]
    return [Math.min(x1, x2 - 1), Math.min(y1, y2 - 1), Math.max(x2, x1 + 1), Math.max(y2, y1 + 1)]
  }

  /** Box & Muller, 1958. */
  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random())
  }
}
