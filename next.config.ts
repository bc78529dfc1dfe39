import { join } from 'node:path'
import { setupDevPlatform } from '@cloudflare/next-on-pages/next-dev'
import type { NextConfig } from 'next'
import { PHASE_DEVELOPMENT_SERVER } from 'next/constants.js'

const ROOT = process.cwd()

export default async function config(phase: string): Promise<NextConfig> {
  const development = phase === PHASE_DEVELOPMENT_SERVER
  if (development) await lendDatabase()
  return {
    reactStrictMode: true,
    poweredByHeader: false,
    // Apart, so that a build does not pull the files from under a running `npm run dev`.
    distDir: development ? '.local/next' : '.next',
    // `npm test` checks types and lint over the whole tree, once; the build does not repeat it.
    typescript: { ignoreBuildErrors: true },
    eslint: { ignoreDuringBuilds: true },
    webpack(webpack, { nextRuntime }) {
      if (nextRuntime === 'edge') {
        // Workers are the browser's: what webpack writes for them asks for a document as soon as the server starts.
        webpack.module.parser = {
          ...webpack.module.parser,
          javascript: { ...webpack.module.parser?.javascript, url: false, worker: false },
        }
        // runpod-sdk reads its own version through `createRequire`, which the edge does not have.
        webpack.resolve.alias.module$ = join(ROOT, 'lib/platform/shims/node-module.ts')
        // The "browser" build of this package parses XML with DOMParser; the other one runs anywhere.
        webpack.resolve.alias['@aws-sdk/xml-builder$'] = join(
          ROOT,
          'node_modules/@aws-sdk/xml-builder/dist-cjs/index.js',
        )
      }
      return webpack
    },
  }
}

/** `next dev` runs on Node: this lends it the D1 that the production build gets from workerd. */
async function lendDatabase(): Promise<void> {
  const path = process.env.LOCAL_DATABASE
  await setupDevPlatform(path ? { persist: { path } } : {})
}
