import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compileKernel, KERNELS, type KernelName } from './compile-kernel.ts'

/** `node lib/local/kernel/build-kernel.ts` after a change to the sources of a kernel. */
const HEADER = '// Made by lib/local/kernel/build-kernel.ts from the sources in assembly/; a test compares the two.\n'

for (const name of Object.keys(KERNELS) as KernelName[]) {
  const bytes = await compileKernel(name)
  const text = `${HEADER}export const KERNEL_BASE64 =\n  '${Buffer.from(bytes).toString('base64')}'\n`
  await writeFile(join(KERNELS[name].folder, 'kernel.generated.ts'), text)
  process.stdout.write(`${name}: ${bytes.length} bytes of WebAssembly\n`)
}
