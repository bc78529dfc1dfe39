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
  yolox_tiny: yolox('tiny', { sha256: '427cc366d34e27ff7a03e2899b5e3671425c262ea2291f88bb942bc1cc70b0f7' }),
  yolox_s: yolox('s', { sha256: 'c5c2d13e59ae883e6af3b45daea64af4833a4951c92d116ec270d9ddbe998063' }),
  yolox_m: yolox('m', { sha256: '21ff6cfdeb53b013bac2249599e55f00bff3cfdfdab37ed7a4620818c1d15b3f' }),
  yolox_x: yolox('x', { sha256: 'c892d7aaf1c4746d8a4d675bec669a4db4f434b4ee1efb654bc9b353379c7c55' }),
} as const
