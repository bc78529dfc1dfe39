import { checkpointModel } from './checkpoint-model.ts'

/**
 * Residual local feature network (Kong et al., 2022), built anew from the exports' weights so that its attention knows where in the frame
 * a tile lies. Six blocks reach 219 pixels on paper; beyond 48 nothing changes by half a level.
 */
const facts = {
  architecture: 'RLFN',
  licence: 'Apache-2.0',
  overlap: 48,
  tileStep: 6,
  memoryMibPerMegapixel: 2800,
  evidence: 'official',
} as const
const source = 'https://github.com/bytedance/RLFN, exported to ONNX'

export const rlfnX2 = checkpointModel({
  ...facts,
  name: 'rlfn_x2',
  scale: 2,
  checkpoint: {
    file: 'rlfn_x2.onnx',
    sha256: 'be7e6dc32db554a5cd27dc1edcc311223d0ab132f91a8d149b9d67e55f4cf93b',
    source,
  },
})

export const rlfnX4 = checkpointModel({
  ...facts,
  name: 'rlfn_x4',
  scale: 4,
  checkpoint: {
    file: 'rlfn_x4.onnx',
    sha256: '9556f24f45c74577179d0740bd8bdaaacd1036999ff1d9a9c2e28ac753c7d990',
    source,
  },
})
