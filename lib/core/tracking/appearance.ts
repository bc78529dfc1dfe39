import type { Observation, Tracklet } from './observation.ts'
import { TUNING } from './tuning.ts'

/** Half of one minus the cosine of two embeddings: 0 the same direction, 1 opposite. 0.5 when one of them is nothing. */
export function appearanceDistance(a: Float32Array, b: Float32Array): number {
  let [dot, aa, bb] = [0, 0, 0]
  for (let index = 0; index < a.length; index++) {
    const [p, q] = [a[index] ?? 0, b[index] ?? 0]
    dot += p * q
    aa += p * p
    bb += q * q
  }
  const norm = Math.sqrt(aa * bb)
  return norm > 0 ? (1 - dot / norm) / 2 : 0.5
}

/** Exponential moving average of what a track looked like (Zhang et al., 2021, FairMOT); sure observations count more. */
export function blendAppearance(known: Float32Array | undefined, seen: Observation): Float32Array | undefined {
  const { embedding, score } = seen
  if (embedding === undefined) return known
  let norm = 0
  for (const value of embedding) norm += value * value
  if (norm === 0) return known
  const scale = 1 / Math.sqrt(norm)
  if (known === undefined) return embedding.map((value) => value * scale)
  const weight = (1 - TUNING.appearance.memory) * score
  for (let index = 0; index < known.length; index++) {
    known[index] = (1 - weight) * (known[index] ?? 0) + weight * scale * (embedding[index] ?? 0)
  }
  return known
}

/** What a stretch of a tracklet looked like on the whole; undefined when no embeddings are known. */
export function meanAppearance(stretch: Tracklet): Float32Array | undefined {
  let mean: Float32Array | undefined
  for (const { embedding, score } of stretch) {
    if (embedding === undefined) continue
    mean ??= new Float32Array(embedding.length)
    for (let index = 0; index < mean.length; index++) mean[index] = (mean[index] ?? 0) + score * (embedding[index] ?? 0)
  }
  return mean
}
