export { blendPlane } from './blend-plane'
export { halve } from './halve'
export { copyRows, resample } from './resample'
