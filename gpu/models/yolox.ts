import type { DetectorModel } from '#gpu/detect/detector-model.ts'

const RELEASE = 'https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0'

/** YOLOX (Ge et al., 2021), trained on COCO: BGR 0–255, padded with grey at the right and below, any multiple of 32. */
function yolox(size: 'nano' | 'tiny' | 's' | 'm' | 'x', facts: { sha256?: string; verified?: boolean }): DetectorModel {
  const file = `yolox_${size}.onnx`
  return {
    name: `yolox_${size}`,
    licence: 'Apache-2.0',
    verified: facts.verified ?? false,
    weights: { file, sha256: facts.sha256, source: `${RELEASE}/${file}` },
    head: 'yolox',
    pixels: { order: 'bgr', white: 255, padding: 114 },
    placement: 'top-left',
  }
}

export const YOLOX = {
  yolox_nano: yolox('nano', {
    sha256: 'c789161ed43c8269fcd4e67c67eeeb4e80c622da2eb296a20bc6007bd18a0b7d',
    verified: true,
  }),
  yolox_tiny: yolox('tiny', {}),
  yolox_s: yolox('s', {}),
  yolox_m: yolox('m', {}),
  yolox_x: yolox('x', {}),
} as const
