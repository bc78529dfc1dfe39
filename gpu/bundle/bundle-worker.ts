import { cp, mkdir, readFile, rm } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { bundleName, rewriteUrls } from './rewrite-urls.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const PROGRAMS = ['gpu/main.ts', 'gpu/cli.ts']
const SOURCE = /[\\/](gpu|lib)[\\/].*\.ts$/

export interface WorkerBundle {
  /** Programs and threads, relative to the folder. */
  readonly programs: readonly string[]
  /** Files and folders beside them, relative to the folder. */
  readonly assets: readonly string[]
}

/**
 * Makes the worker's programs as plain JavaScript that needs nothing but Node, onnxruntime-node and koffi, with the files they read.
 * Every thread is a bundle of its own beside the program that starts it. The folder is emptied first.
 */
export async function bundleWorker(outDir: string): Promise<WorkerBundle> {
  const assets = new Set<string>()
  const done = new Map<string, string>()
  let waiting = PROGRAMS.map((path) => join(ROOT, path))
  await rm(outDir, { recursive: true, force: true })
  await mkdir(outDir, { recursive: true })
  while (waiting.length > 0) {
    const found = new Set<string>()
    for (const path of waiting) {
      const name = bundleName(path)
      const clash = [...done].find(([other, taken]) => taken === name && other !== path)
      if (clash) throw new Error(`${path} and ${clash[0]} would both become ${name}`)
      done.set(path, name)
      await bundleProgram(path, join(outDir, name), found, assets)
    }
    waiting = [...found].filter((path) => !done.has(path))
  }
  const copied = [...assets].map((path) => relative(ROOT, path))
  for (const path of copied) {
    await mkdir(dirname(join(outDir, path)), { recursive: true })
    await cp(join(ROOT, path), join(outDir, path), { recursive: true })
  }
  return { programs: [...done.values()], assets: copied }
}

async function bundleProgram(path: string, outFile: string, programs: Set<string>, assets: Set<string>): Promise<void> {
  const plugin: Plugin = {
    name: 'urls',
    setup(hooks) {
      hooks.onLoad({ filter: SOURCE }, async (source) => {
        const rewritten = rewriteUrls(await readFile(source.path, 'utf8'), source.path, ROOT)
        for (const program of rewritten.programs) programs.add(program)
        for (const asset of rewritten.assets) assets.add(asset)
        return { contents: rewritten.text, loader: 'ts' }
      })
    },
  }
  await build({
    entryPoints: [path],
    outfile: outFile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Native libraries stay packages: they are found from beside the bundle.
    external: ['onnxruntime-node', 'koffi'],
    plugins: [plugin],
    legalComments: 'none',
    logLevel: 'error',
  })
}
