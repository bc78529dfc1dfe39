import type { UPSCALE_MODELS, UpscaleParams } from '#lib/contracts/tasks/upscale.ts'

type ModelName = (typeof UPSCALE_MODELS)[number]

interface ModelChoice {
  label: string
  /** One sentence that helps to choose. */
  about: string
  scales: readonly UpscaleParams['scale'][]
  /** Whether the denoise strength changes anything. */
  denoises: boolean
}

export const MODELS = {
  'reelsr-std': {
    label: 'Reel standard',
    about: 'Our own network. True to the footage: sharpens lines and edges, invents nothing.',
    scales: [2, 4],
    denoises: true,
  },
  'reelsr-fast': {
    label: 'Reel fast',
    about: 'Our own smaller network: a little softer, done sooner.',
    scales: [2, 4],
    denoises: true,
  },
  'realesr-general-x4v3': {
    label: 'Real-ESRGAN general',
    about: 'Crisp and contrasty on worn-out clips; may make up texture that was not there.',
    scales: [2, 4],
    denoises: true,
  },
  'realesr-animevideov3': {
    label: 'Real-ESRGAN animation',
    about: 'For drawn footage and graphics: flat areas, hard outlines.',
    scales: [2, 4],
    denoises: false,
  },
  RealESRGAN_x4plus: {
    label: 'Real-ESRGAN 4× plus',
    about: 'The large network: the most detail at 4×, some of it made up, and slow.',
    scales: [2, 4],
    denoises: false,
  },
  RealESRGAN_x2plus: {
    label: 'Real-ESRGAN 2× plus',
    about: 'The large network for 2×, about three times as fast as the one for 4×.',
    scales: [2],
    denoises: false,
  },
  ESRGAN_4x: {
    label: 'ESRGAN 4×',
    about: 'The first of its kind, for clean sources: sharp, and it sharpens compression too.',
    scales: [2, 4],
    denoises: false,
  },
  SwinIR_4x_GAN: {
    label: 'SwinIR 4×',
    about: 'Attention instead of convolutions: the finest textures, and the slowest of all.',
    scales: [2, 4],
    denoises: false,
  },
  rlfn_x2: {
    label: 'RLFN 2×',
    about: 'The most faithful at 2×, for clean sources.',
    scales: [2],
    denoises: false,
  },
  rlfn_x4: {
    label: 'RLFN 4×',
    about: 'The most faithful at 4×, for clean sources.',
    scales: [4],
    denoises: false,
  },
} as const satisfies Record<ModelName, ModelChoice>

export function modelChoice(model: ModelName): ModelChoice {
  return MODELS[model]
}
