import type { SubjectPath } from './subject-path.ts'

/** Crop widths per second from which a movement is told as one. */
const TOLD_SPEED = 0.35

/** Why the camera does what it does from here on, for people. `speed` is the crop's, in crop widths per second to the right. */
export function describeCrop(subject: SubjectPath, point: number, speed: number, trackId: number | undefined): string {
  const following = subject.following[point]
  const direction = speed > TOLD_SPEED ? ' to the right' : speed < -TOLD_SPEED ? ' to the left' : ''
  const near = subject.nearby[point] ?? 0
  switch (following) {
    case 'ball':
      if (near === 0 && direction !== '') return `pass${direction}`
      return near > 1
        ? `${near} players at the ball${direction && `, moving${direction}`}`
        : `follows the ball${direction}`
    case 'players':
      return `follows the players${direction}, no ball in sight`
    case 'track':
      return `follows track ${trackId}${direction}`
    default:
      return 'out of sight for a moment: waits'
  }
}

export const WIDE_REASON = 'nothing to follow: wide'
