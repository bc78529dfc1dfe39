import type { FrameSize } from '#lib/core/render/frame-size.ts'
import type { YuvColour } from './rgb-to-planes.ts'

/** As the worker takes it (`gpu/media`): what the stream says, and where it says nothing BT.601 up to PAL, BT.709 above. */
export function frameColour(colour: VideoColorSpace, { height }: FrameSize): YuvColour {
  return { matrix: matrixOf(colour, height), range: colour.fullRange ? 'full' : 'limited' }
}

/** The WebCodecs registry's names (W3C, VideoMatrixCoefficients). */
function matrixOf({ matrix }: VideoColorSpace, height: number): YuvColour['matrix'] {
  const name: string | null = matrix
  if (name === 'bt709') return 'bt709'
  if (name === 'bt2020-ncl') return 'bt2020'
  if (name === 'smpte170m' || name === 'bt470bg') return 'bt601'
  return height > 576 ? 'bt709' : 'bt601'
}
