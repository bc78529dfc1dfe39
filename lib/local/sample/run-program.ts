import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { finished } from 'node:stream/promises'

/** Runs a program to its end; `feed` writes its standard input, waiting whenever the pipe is full. Throws with its last words. */
export async function runProgram(
  command: string,
  args: readonly string[],
  feed?: (write: (chunk: Buffer) => Promise<void>) => Promise<void>,
): Promise<void> {
  const child = spawn(command, args, { stdio: ['pipe', 'inherit', 'pipe'] })
  let lastWords = ''
  child.stderr.on('data', (chunk: Buffer) => {
    lastWords = (lastWords + chunk.toString()).slice(-2000)
  })
  const closed = once(child, 'close')
  try {
    await feed?.(async (chunk) => {
      if (!child.stdin.write(chunk)) await once(child.stdin, 'drain')
    })
  } finally {
    child.stdin.end()
    await Promise.allSettled([finished(child.stdin)])
  }
  const [code] = await closed
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${lastWords.trim()}`)
}
