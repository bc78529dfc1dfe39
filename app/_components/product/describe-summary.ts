import { formatClock } from '#app/_components/format/format-duration.ts'
import type { ProductSummary } from '#lib/contracts/products.ts'

type Data = Extract<ProductSummary, { kind: 'tracks' | 'scenes' | 'crop_path' }>

const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`

/** "14 players, 1 ball track, 3 moments", "4 scenes, 0:07 on average", "212 keyframes, follows the play 96 % of the time". */
export function describeSummary(summary: Data): string {
  switch (summary.kind) {
    case 'tracks': {
      const balls = summary.tracks.filter((track) => track.class === 'sports ball').length
      const people = summary.tracks.length - balls
      const moments = summary.moments.length
      return [
        // Someone who is lost and found again counts twice: these are tracks, not people.
        count(people, 'player track', 'player tracks'),
        ...(balls > 0 ? [count(balls, 'ball track', 'ball tracks')] : []),
        ...(moments > 0 ? [count(moments, 'moment', 'moments')] : []),
      ].join(', ')
    }
    case 'scenes':
      return `${count(summary.total_scenes, 'scene', 'scenes')}, ${formatClock(summary.avg_scene_length)} on average`
    case 'crop_path': {
      const keyframes = count(summary.keyframes, 'keyframe', 'keyframes')
      return `${keyframes}, follows the play ${Math.round(summary.followed * 100)} % of the time`
    }
  }
}

export const DATA_TITLES = {
  tracks: 'Tracks',
  scenes: 'Scenes',
  crop_path: 'Crop path',
} as const satisfies Record<Data['kind'], string>

export function isData(summary: ProductSummary | null): summary is Data {
  return summary?.kind === 'tracks' || summary?.kind === 'scenes' || summary?.kind === 'crop_path'
}
