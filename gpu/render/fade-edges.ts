export interface FadePlan {
  /** Samples (per channel) of the whole piece, and how many of them are faded at each end. */
  readonly total: number
  readonly fadeIn: number
  readonly fadeOut: number
}

/**
 * Fades the ends of a piece of sound, raised-cosine, in place. `bytes` are 16-bit little-endian samples, channels interleaved, from sample
 * `first` of the piece on.
 */
export function fadeEdges(bytes: Uint8Array, channels: number, first: number, plan: FadePlan): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const count = Math.floor(bytes.length / 2 / channels)
  const scale = (index: number) => {
    const gain = gainAt(first + index, plan)
    for (let channel = 0; channel < channels; channel += 1) {
      const at = 2 * (index * channels + channel)
      view.setInt16(at, Math.round(view.getInt16(at, true) * gain), true)
    }
  }
  for (let index = 0; index < Math.min(count, plan.fadeIn - first); index += 1) scale(index)
  for (let index = Math.max(0, plan.fadeIn - first, plan.total - plan.fadeOut - first); index < count; index += 1)
    scale(index)
}

function gainAt(sample: number, { total, fadeIn, fadeOut }: FadePlan): number {
  const rise = fadeIn === 0 ? 1 : Math.min(1, (sample + 0.5) / fadeIn)
  const fall = fadeOut === 0 ? 1 : Math.min(1, (total - sample - 0.5) / fadeOut)
  return raisedCosine(rise) * raisedCosine(Math.max(0, fall))
}

function raisedCosine(share: number): number {
  return share >= 1 ? 1 : (1 - Math.cos(Math.PI * share)) / 2
}
