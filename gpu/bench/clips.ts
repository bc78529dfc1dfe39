import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { TracksFile } from '#lib/contracts/tasks/track.ts'

export interface ClipShape {
  readonly width: number
  readonly height: number
  readonly fps: number
}

/** Small frames for networks, which are slow on a CPU, and full ones for everything else. */
export const CLIPS = {
  small: { width: 640, height: 360, fps: 30 },
  hd: { width: 1280, height: 720, fps: 30 },
} as const satisfies Record<string, ClipShape>
export type ClipName = keyof typeof CLIPS

const SCENE_S = 2

/** A generated video with motion, fine detail, a camera's noise, a cut every two seconds, and sound. */
export async function makeClip(path: string, seconds: number, { width, height, fps }: ClipShape): Promise<void> {
  const scene = `floor(t/${SCENE_S})`
  const video = [
    `testsrc2=s=${width}x${height}:r=${fps}:d=${seconds}`,
    'noise=alls=6:allf=t',
    `hue=h='60*${scene}':b='mod(${scene},3)-1'`,
  ].join(',')
  const coding = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20', '-pix_fmt', 'yuv420p', '-c:a', 'aac']
  await promisify(execFile)('ffmpeg', [
    ...['-hide_banner', '-nostdin', '-loglevel', 'error', '-y'],
    ...['-f', 'lavfi', '-i', video, '-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`],
    ...[...coding, '-f', 'mp4', path],
  ])
}

/** Ten players and a ball that wander over the whole frame, in every frame. */
export async function makeTracks(path: string, seconds: number, { width, height, fps }: ClipShape): Promise<void> {
  const frames = Math.round(seconds * fps)
  const tracks = Array.from({ length: 11 }, (_, index) => {
    const ball = index === 10
    const [w, h] = ball ? [width / 60, width / 60] : [width / 25, height / 6]
    const at = (frame: number) => {
      const x = (0.5 + 0.4 * Math.sin(frame / 40 + index)) * (width - w)
      const y = (0.5 + 0.3 * Math.cos(frame / 55 + 2 * index)) * (height - h)
      return { frame, bbox: [x, y, x + w, y + h] as [number, number, number, number], confidence: 0.9 }
    }
    return {
      track_id: index + 1,
      class: ball ? 'sports ball' : 'person',
      frames: Array.from({ length: frames }, (_, frame) => at(frame)),
    }
  })
  const file: TracksFile = {
    ...{ width, height, fps, frames, tracks },
    unique_tracks: tracks.length,
    moments: [],
    model: 'generated',
    motion_only: false,
  }
  await writeFile(path, JSON.stringify(file))
}
