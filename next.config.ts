import { setupDevPlatform } from '@cloudflare/next-on-pages/next-dev'
import type { NextConfig } from 'next'

// `next dev` runs on Node: this lends it the same local D1 and values the production build gets from workerd.
if (process.env.NODE_ENV === 'development') await setupDevPlatform()

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  // `npm test` checks types and lint over the whole tree, once; the build does not repeat it.
  typescript: { ignoreBuildErrors: true },
  eslint: { ignoreDuringBuilds: true },
  webpack(webpack, { nextRuntime }) {
    if (nextRuntime === 'edge') {
      // runpod-sdk reads its own version through `createRequire`, which the edge does not have.
      webpack.resolve.alias.module$ = `${import.meta.dirname}/lib/platform/shims/node-module.ts`
      // The "browser" build of this package parses XML with DOMParser; the other one runs anywhere.
      webpack.resolve.alias['@aws-sdk/xml-builder$'] =
        `${import.meta.dirname}/node_modules/@aws-sdk/xml-builder/dist-cjs/index.js`
    }
    return webpack
  },
}

export default config
