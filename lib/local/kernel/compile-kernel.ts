import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import asc from 'assemblyscript/asc'

const CORE = join(import.meta.dirname, '../../core')

/** No runtime and no data: a module keeps nothing in memory but what its host puts there. */
const OPTIONS = ['--runtime', 'stub', '--optimizeLevel', '3', '--converge', '--noAssert', '--enable', 'simd']

/** The modules there are: where their sources lie and the memory they work in. */
export const KERNELS = {
  /** Several instances share one memory. */
  render: {
    folder: join(CORE, 'render/kernel'),
    memory: [
      ...['--importMemory', '--noExportMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
      ...['--enable', 'threads'],
    ],
  },
  /** Two small pictures. */
  scenes: {
    folder: join(CORE, 'scenes/kernel'),
    memory: ['--initialMemory', '1', '--maximumMemory', '1'],
  },
} as const
export type KernelName = keyof typeof KERNELS

/** Compiles a kernel (`assembly/` in its folder) to WebAssembly. The same sources give the same bytes. */
export async function compileKernel(name: KernelName): Promise<Uint8Array> {
  const { folder, memory } = KERNELS[name]
  let bytes: Uint8Array | undefined
  const { error, stderr } = await asc.main(['index.ts', '--outFile', 'kernel.wasm', ...OPTIONS, ...memory], {
    readFile: (file) => readFile(join(folder, 'assembly', file), 'utf8').catch(() => null),
    writeFile: (_name, contents) => {
      bytes = contents instanceof Uint8Array ? contents : undefined
    },
    listFiles: () => [],
  })
  if (error || !bytes) throw new Error(`the kernel does not compile: ${stderr.toString()}`, { cause: error })
  return bytes
}
