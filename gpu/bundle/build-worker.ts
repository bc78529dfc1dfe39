import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { bundleWorker } from './bundle-worker.ts'

/** `npm run build:worker [-- FOLDER]`: the worker's programs for its image, by default in dist/worker. */
const outDir = resolve(process.argv[2] ?? join(import.meta.dirname, '..', '..', 'dist', 'worker'))
const { programs } = await bundleWorker(outDir)
const files = await readdir(outDir, { recursive: true })
const sizes = await Promise.all(files.map(async (file) => (await stat(join(outDir, file))).size))
const mib = sizes.reduce((sum, size) => sum + size, 0) / 2 ** 20
console.log(`${outDir}: ${programs.join(', ')}; ${mib.toFixed(1)} MiB`)
