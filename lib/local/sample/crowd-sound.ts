import { mix, ramp, randomStream } from './noise.ts'

/** A stadium as sound: filtered noise that swells with the attack and roars at the goal. 16-bit mono little-endian PCM. */
export function crowdSound(o: { durationS: number; goalAtS: number; sampleRate: number }): Buffer {
  const random = randomStream(2024)
  const samples = Math.round(o.durationS * o.sampleRate)
  const pcm = Buffer.alloc(samples * 2)
  let low = 0
  let mid = 0
  let rumble = 0
  for (let i = 0; i < samples; i++) {
    const t = i / o.sampleRate
    const white = random() * 2 - 1
    rumble += (white - rumble) * 0.012
    low += (white - low) * 0.06
    mid += (white - mid) * 0.28
    const voices = mid - low
    const surge = 0.12 + 0.08 * Math.sin(t * 1.3) + 0.5 * ramp(2.5, o.goalAtS, t) ** 2
    const roar = ramp(o.goalAtS, o.goalAtS + 0.25, t) * mix(1, 0.72, ramp(o.goalAtS + 0.6, o.durationS, t))
    const flutter = 1 + 0.18 * Math.sin(t * 23 + Math.sin(t * 7) * 3)
    const level = (surge + roar * 1.25) * flutter
    const kick =
      0.5 * Math.exp(-Math.max(0, t - (o.goalAtS - 0.6)) * 90) * (t > o.goalAtS - 0.6 ? Math.sin(t * 900) : 0)
    const value = (voices * 0.9 + low * 1.1 + rumble * 2.2) * level * 0.55 + kick
    const fade = ramp(0, 0.15, t) * ramp(o.durationS, o.durationS - 0.25, t)
    pcm.writeInt16LE(Math.round(Math.max(-1, Math.min(1, value * fade)) * 32_000), i * 2)
  }
  return pcm
}
