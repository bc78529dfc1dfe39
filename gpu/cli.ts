import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

/**
 * From the sources, most of a short command's time would go into compiling them. What was compiled is kept beside them, where nobody writes
 * who could not write the sources as well; where that cannot be written either, there is no cache.
 */
if (import.meta.filename.endsWith('.ts')) enableCompileCache(join(import.meta.dirname, '..', '.local', 'compile-cache'))

// Loaded only now, so that it comes from the cache.
const { runProgram } = await import('./cli/run-program.ts')
await runProgram()
