import { plainOnnx } from './plain-onnx.ts'

/** Residual local feature network (Kong et al., 2022): its attention looks far, so tiles of it overlap widely. */
const facts = { architecture: 'RLFN', licence: 'Apache-2.0', overlap: 48, verified: true } as const
const source = 'https://github.com/bytedance/RLFN, exported to ONNX'

export const rlfnX2 = plainOnnx({
  ...facts,
  name: 'rlfn_x2',
  scale: 2,
  weights: { file: 'rlfn_x2.onnx', sha256: 'be7e6dc32db554a5cd27dc1edcc311223d0ab132f91a8d149b9d67e55f4cf93b', source },
})

export const rlfnX4 = plainOnnx({
  ...facts,
  name: 'rlfn_x4',
  scale: 4,
  weights: { file: 'rlfn_x4.onnx', sha256: '9556f24f45c74577179d0740bd8bdaaacd1036999ff1d9a9c2e28ac753c7d990', source },
})
