import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { testFolder } from '#gpu/testing/task-context.ts'
import { removeAbandonedWorkDirs, withWorkDir } from './work-dir.ts'

/** A process that uses a folder until it is killed. */
async function startUser(base: string): Promise<{ dir: string; kill(): Promise<void> }> {
  const module = fileURLToPath(new URL('./work-dir.ts', import.meta.url))
  const program = `import { withWorkDir } from ${JSON.stringify(module)}
    setInterval(() => undefined, 1000)
    await withWorkDir(${JSON.stringify(base)}, (dir) => { process.stdout.write(dir); return new Promise(() => undefined) })`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  onTestFinished(() => void child.kill('SIGKILL'))
  const dir = await new Promise<string>((resolve) => child.stdout.once('data', (chunk) => resolve(String(chunk))))
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }
  return { dir, kill }
}

it('removes what a killed process left, and nothing that is in use or not its own', async () => {
  const base = await testFolder()
  const [killed, alive] = await Promise.all([startUser(base), startUser(base)])
  await writeFile(join(killed.dir, 'input'), 'gigabytes')
  await mkdir(join(base, 'reelballers-notes'))
  const fresh = join(base, 'reelballers-01234567-89ab-cdef-0123-456789abcdef')
  await mkdir(fresh)
  await killed.kill()
  await withWorkDir(base, async (own) => {
    expect(await removeAbandonedWorkDirs(base)).toBe(1)
    expect([killed.dir, alive.dir, own, fresh].map((dir) => existsSync(dir))).toEqual([false, true, true, true])
  })
  await alive.kill()
  expect(await removeAbandonedWorkDirs(base)).toBe(1)
  expect((await readdir(base)).sort()).toEqual([
    'reelballers-01234567-89ab-cdef-0123-456789abcdef',
    'reelballers-notes',
  ])
})

it('deletes the folder when the work is done, and when it fails', async () => {
  const base = await testFolder()
  await withWorkDir(base, (dir) => writeFile(join(dir, 'part'), 'x'))
  await expect(withWorkDir(base, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await readdir(base)).toEqual([])
})

it('has nothing to remove where there is no folder', async () => {
  expect(await removeAbandonedWorkDirs('/no/such/folder')).toBe(0)
})
