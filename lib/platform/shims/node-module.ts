/** Stands in for Node's `module` at the edge: runpod-sdk only reads `version` from its package.json with it. */
export const createRequire = () => () => ({ version: '0.0.0' })
