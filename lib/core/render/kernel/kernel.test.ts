import { expect, test } from 'vitest'
import { compileKernel } from '#lib/local/kernel/compile-kernel.ts'
import { instantiateKernel } from './instantiate-kernel.ts'
import { KERNEL_BASE64 } from './kernel.generated.ts'

test('the committed kernel is what its sources compile to', async () => {
  expect(Buffer.from(await compileKernel('render')).toString('base64')).toBe(KERNEL_BASE64)
})

test('the kernel keeps nothing in memory, so that instances can share one', async () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
  await instantiateKernel(memory)
  expect(new Uint8Array(memory.buffer).some((byte) => byte !== 0)).toBe(false)
  const module = await WebAssembly.compile(Buffer.from(KERNEL_BASE64, 'base64'))
  expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }])
})
