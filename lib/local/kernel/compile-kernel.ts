import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import asc from 'assemblyscript/asc'

const SOURCES = join(import.meta.dirname, '../../core/render/kernel/assembly')

/** No runtime and no data: several instances share one memory, so the module must keep nothing in it. */
const OPTIONS = [
  ...['--runtime', 'stub', '--optimizeLevel', '3', '--converge', '--noAssert'],
  ...['--importMemory', '--noExportMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
  ...['--enable', 'simd', '--enable', 'threads'],
]

/** Compiles the pixel kernel (`lib/core/render/kernel/assembly`) to WebAssembly. The same sources give the same bytes. */
export async function compileKernel(): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined
  const { error, stderr } = await asc.main(['index.ts', '--outFile', 'kernel.wasm', ...OPTIONS], {
    readFile: (name) => readFile(join(SOURCES, name), 'utf8').catch(() => null),
    writeFile: (_name, contents) => {
      bytes = contents instanceof Uint8Array ? contents : undefined
    },
    listFiles: () => [],
  })
  if (error || !bytes) throw new Error(`the kernel does not compile: ${stderr.toString()}`, { cause: error })
  return bytes
}
