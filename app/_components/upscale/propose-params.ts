import type { MediaFacts } from '#lib/contracts/media.ts'
import { type UpscaleModelName, UpscaleParams } from '#lib/contracts/tasks/upscale.ts'

/** Above this many bits a pixel a clip is as good as uncompressed, and removing "noise" would remove grain. */
const CLEAN_BITS_PER_PIXEL = 0.3
/** Beyond 4K a bigger picture helps nobody who posts it. */
const TALL_ENOUGH = 1080

/** Settings to start from, by what the file is like and which networks there are. */
export function proposeParams(facts: MediaFacts, models: readonly UpscaleModelName[]): UpscaleParams {
  const bitsPerPixel = (facts.bytes * 8) / Math.max(1, facts.width * facts.height * facts.frames)
  return UpscaleParams.parse({
    model: models[0],
    scale: facts.height >= TALL_ENOUGH ? 2 : 4,
    denoise_strength: bitsPerPixel > CLEAN_BITS_PER_PIXEL ? 0 : 0.5,
  })
}
