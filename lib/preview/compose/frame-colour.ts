import type { FrameSize } from '#lib/core/render/frame-size.ts'
import type { YuvColour } from './rgb-to-planes.ts'

/** As the worker takes it (`gpu/media/decode-plan.ts`): what the stream says, and where it says nothing BT.709 from 720 lines up. */
export function frameColour(colour: VideoColorSpaceInit, size: FrameSize): YuvColour {
  return { matrix: matrixOf(colour, Math.min(size.width, size.height)), range: colour.fullRange ? 'full' : 'limited' }
}

/** The WebCodecs registry's names (W3C, VideoMatrixCoefficients). */
function matrixOf({ matrix }: VideoColorSpaceInit, lines: number): YuvColour['matrix'] {
  const name: string | null | undefined = matrix
  if (name === 'bt709') return 'bt709'
  if (name === 'bt2020-ncl') return 'bt2020'
  if (name === 'smpte170m' || name === 'bt470bg') return 'bt601'
  return lines >= 720 ? 'bt709' : 'bt601'
}
