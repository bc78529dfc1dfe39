/** A network that tells people apart by their looks: RGB crops of 128×256 pixels, normalised as for ImageNet → 512 numbers. */
export interface AppearanceModel {
  readonly name: string
  readonly licence: string
  readonly weights: { readonly file: string; readonly sha256: string; readonly source: string }
  readonly width: number
  readonly height: number
  readonly components: number
  /** Of red, green and blue, each in [0, 1]. */
  readonly mean: readonly [number, number, number]
  readonly deviation: readonly [number, number, number]
}

/** OSNet (Zhou et al., 2019). Trained on MSMT17, which is for research: an operator who may use it brings the file. */
export const OSNET: AppearanceModel = {
  name: 'osnet_x0_25',
  licence: 'MIT; training data for research only',
  weights: {
    file: 'osnet_x0_25_msmt17.onnx',
    sha256: '61b2604171ef9d58d21758626f83b35a253c3d7123976523a6e03068c3c95d7b',
    source: 'https://kaiyangzhou.github.io/deep-person-reid/MODEL_ZOO, exported to ONNX',
  },
  width: 128,
  height: 256,
  components: 512,
  mean: [0.485, 0.456, 0.406],
  deviation: [0.229, 0.224, 0.225],
}
