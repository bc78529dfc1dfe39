import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compileKernel } from './compile-kernel.ts'

/** `node lib/local/kernel/build-kernel.ts` after a change to `lib/core/render/kernel/assembly`. */
const TARGET = join(import.meta.dirname, '../../core/render/kernel/kernel.generated.ts')

const bytes = await compileKernel()
const text = Buffer.from(bytes).toString('base64')
const header = '// Made by lib/local/kernel/build-kernel.ts from the sources in assembly/; a test compares the two.\n'
await writeFile(TARGET, `${header}export const KERNEL_BASE64 =\n  '${text}'\n`)
process.stdout.write(`${bytes.length} bytes of WebAssembly\n`)
