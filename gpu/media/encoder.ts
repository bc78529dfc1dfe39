import { closeSync } from 'node:fs'
import { WorkerThread } from '#gpu/threads/worker-thread.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { type EncodePlan, encodeArgs } from './encode-args.ts'
import { type RunningTool, startTool, type ToolExit, type ToolLimits } from './ffmpeg.ts'
import type { FrameLayout } from './frames.ts'
import { ticksToNs } from './matroska-stream.ts'
import { closePipe, openPipe, type Pipe } from './pipe.ts'
import type { WriteReply, WriteRequest } from './write-thread.ts'

export interface Encoder {
  /** Writes the first `ticks.length` frames of a batch; the buffer is transferred and comes back. */
  write(buffer: ArrayBuffer, ticks: readonly bigint[]): Promise<ArrayBuffer>
  /** Writes one frame that lies in shared memory, luma then chroma; it may be overwritten once the promise settles. */
  writeShared(frame: Uint8Array<SharedArrayBuffer>, tick: bigint): Promise<void>
  /**
   * Lets `fill` write raw sound, as the plan says, to a pipe that is closed when it settles. It is told to stop when the encoder is closed,
   * and gets EPIPE once the encoder is gone; a failure of the encoder itself is told by the other calls.
   */
  feedSound(fill: (fd: number, signal: AbortSignal) => Promise<void>): Promise<void>
  /** Ends the stream and waits until the file is whole. */
  finish(): Promise<void>
  close(): Promise<void>
}

export interface EncoderOptions {
  readonly plan: EncodePlan
  readonly layout: FrameLayout
  readonly limits: ToolLimits
  /** False when nothing else needs the cores more; true when absent. */
  readonly background?: boolean
  readonly workDir: string
  readonly signal: AbortSignal
}

export async function openEncoder(options: EncoderOptions): Promise<Encoder> {
  const { plan, layout, signal } = options
  const { tool, fd, soundFd } = await startEncoding(options)
  tool.exit.catch(() => undefined)
  const thread = new WorkerThread<WriteRequest, WriteReply>(new URL('./write-thread.ts', import.meta.url))
  const endFrames = closeOnce(fd)
  const sound = soundFd === undefined ? undefined : soundFeed(soundFd, signal)
  const end = async (): Promise<void> => {
    const failure = encodeFailure(await tool.exit)
    signal.throwIfAborted()
    if (failure) throw failure
  }
  const send = async (request: WriteRequest, transfer: ArrayBuffer[]): Promise<WriteReply> => {
    try {
      return await thread.call(request, transfer)
    } catch (cause) {
      endFrames()
      await end()
      throw new AppError('encode_failed', 'The encoder stopped taking frames.', { cause })
    }
  }
  const { width, height } = layout
  const started = send(
    { kind: 'header', fd, stream: { width, height, fps: plan.source.video.fps, bits: plan.bits } },
    [],
  )
  started.catch(() => undefined)
  const originTicks = BigInt(Math.round((plan.source.originS * plan.timeBase.den) / plan.timeBase.num))
  return {
    async write(buffer, ticks) {
      await started
      const timesNs = ticks.map((tick) => ticksToNs(tick - originTicks, plan.timeBase))
      const reply = await send({ kind: 'frames', fd, buffer, layout, timesNs }, [buffer])
      if (reply.buffer === undefined) throw new Error('the writer keeps no buffers')
      return reply.buffer
    },
    async writeShared(frame, tick) {
      await started
      await send({ kind: 'shared', fd, frame, timeNs: ticksToNs(tick - originTicks, plan.timeBase) }, [])
    },
    async feedSound(fill) {
      await sound?.feed(fill)
    },
    async finish() {
      await started
      endFrames()
      await end()
    },
    async close() {
      tool.kill()
      await thread.close()
      await tool.exit.catch(() => undefined)
      endFrames()
      await sound?.close()
    },
  }
}

/** Starts ffmpeg. Answers the ends of its pipes to write frames and, when the plan says so, sound to; none is left open when it throws. */
async function startEncoding({
  plan,
  limits,
  background = true,
  workDir,
  signal,
}: EncoderOptions): Promise<{ tool: RunningTool; fd: number; soundFd: number | undefined }> {
  const pipes: Pipe[] = []
  try {
    const frames = await openPipe(workDir)
    pipes.push(frames)
    if (plan.pcm !== undefined) pipes.push(await openPipe(workDir))
    const pipeFds = pipes.map(({ readFd }) => readFd)
    const tool = startTool('ffmpeg', encodeArgs(plan), { limits, signal, pipeFds, background })
    for (const readFd of pipeFds) closeSync(readFd)
    return { tool, fd: frames.writeFd, soundFd: pipes[1]?.writeFd }
  } catch (error) {
    pipes.forEach(closePipe)
    throw error
  }
}

/** The pipe is never closed under a write: its number could be another file's by then. */
function soundFeed(fd: number, signal: AbortSignal) {
  const closed = new AbortController()
  const closePipe = closeOnce(fd)
  let running: Promise<void> = Promise.resolve()
  return {
    feed(fill: (fd: number, signal: AbortSignal) => Promise<void>): Promise<void> {
      const fed = fill(fd, AbortSignal.any([signal, closed.signal])).finally(closePipe)
      running = fed.catch(() => undefined)
      return fed
    },
    async close(): Promise<void> {
      closed.abort()
      await running
      closePipe()
    },
  }
}

function closeOnce(fd: number): () => void {
  let open = true
  return () => {
    if (open) closeSync(fd)
    open = false
  }
}

function encodeFailure(exit: ToolExit): AppError | undefined {
  if (exit.code === 0) return undefined
  if (exit.timedOut) return new AppError('timed_out', 'Encoding took longer than it may.', { cause: exit.log })
  if (/No space left on device/.test(exit.log))
    return new AppError('disk_full', 'The worker ran out of disk space while encoding.')
  if (exit.signal === 'SIGKILL')
    return new AppError('out_of_memory', 'The encoder was killed, most likely for memory.', { cause: exit.log })
  return new AppError('encode_failed', 'The encoder failed.', { cause: exit.log })
}
