import { closeSync } from 'node:fs'
import { WorkerThread } from '#gpu/threads/worker-thread.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { type DecodeOptions, decodeArgs } from './decode-plan.ts'
import { type RunningTool, startTool, type ToolExit, type ToolLimits } from './ffmpeg.ts'
import type { FrameLayout } from './frames.ts'
import { closePipe, openPipe, type Pipe } from './pipe.ts'
import type { Probe, Rational } from './probe.ts'
import type { ReadReply, ReadRequest } from './read-thread.ts'
import { TimestampLog } from './timestamps.ts'

export interface DecodedBatch {
  readonly buffer: ArrayBuffer
  readonly frames: number
  /** Presentation times in ticks of `timeBase`. */
  readonly ticks: readonly bigint[]
}

export interface Decoder {
  readonly timeBase: () => Rational
  /** Fills a batch buffer, which is transferred and comes back. No frames mean the end. */
  fill(buffer: ArrayBuffer): Promise<DecodedBatch>
  /** Fills one frame in shared memory, luma then chroma. Answers its presentation time in ticks; `undefined` at the end. */
  fillShared(frame: Uint8Array<SharedArrayBuffer>): Promise<bigint | undefined>
  /** Frames decoded so far and how long they last. */
  counted(): { readonly frames: number; readonly durationS: number }
  /** Waits for the end and throws what went wrong. */
  finish(): Promise<void>
  close(): Promise<void>
}

export interface DecoderPlan {
  readonly probe: Probe
  /** ffmpeg's chain, ending in 4:2:0 frames of the layout's size: `decodeFilters`. */
  readonly filters: readonly string[]
  readonly layout: FrameLayout
  readonly options: DecodeOptions
  readonly limits: ToolLimits
  /** False when nothing else needs the cores more; true when absent. */
  readonly background?: boolean
  /** Reads for several decoders in turn; the caller closes it. Absent: a thread of this decoder's own. */
  readonly thread?: ReadThread
  readonly workDir: string
  readonly signal: AbortSignal
}

export type ReadThread = WorkerThread<ReadRequest, ReadReply>

export function startReadThread(): ReadThread {
  return new WorkerThread<ReadRequest, ReadReply>(new URL('./read-thread.ts', import.meta.url))
}

export async function openDecoder(plan: DecoderPlan): Promise<Decoder> {
  const pipe = await openPipe(plan.workDir)
  const times = new TimestampLog()
  const tool = startDecoding(plan, pipe, times)
  closeSync(pipe.writeFd)
  const exit = tool.exit.finally(() => times.end())
  exit.catch(() => undefined)
  const thread = plan.thread ?? startReadThread()
  let reading: Promise<unknown> = Promise.resolve()
  let frames = 0
  let closed: Promise<void> | undefined
  const close = async () => {
    tool.kill()
    // The descriptor must outlive the read in progress, which ends with the process.
    if (plan.thread === undefined) await thread.close()
    else await reading.catch(() => undefined)
    await exit.catch(() => undefined)
    closeSync(pipe.readFd)
  }

  const finish = async (): Promise<void> => {
    const failure = decodeFailure(await exit)
    plan.signal.throwIfAborted()
    if (failure) throw failure
  }
  /** Asks the thread and waits for the times of what it read. */
  const read = async (request: ReadRequest, transfer: ArrayBuffer[]) => {
    try {
      const replied = thread.call(request, transfer)
      reading = replied
      const reply = await replied
      const ticks = await times.slice(frames, reply.frames)
      frames += reply.frames
      return { ...reply, ticks }
    } catch (cause) {
      await finish()
      throw new AppError('decode_failed', 'The video could not be decoded to its end.', { cause })
    }
  }
  return {
    timeBase: () => times.timeBase ?? plan.probe.video.timeBase,
    counted: () => ({ frames: times.frames, durationS: times.durationS(plan.probe.video.fps) }),
    finish,
    async fill(buffer) {
      const batch = await read({ fd: pipe.readFd, buffer, layout: plan.layout }, [buffer])
      if (batch.buffer === undefined) throw new Error('the reader keeps no buffers')
      return { buffer: batch.buffer, frames: batch.frames, ticks: batch.ticks }
    },
    async fillShared(frame) {
      return (await read({ fd: pipe.readFd, frame }, [])).ticks[0]
    },
    close() {
      closed ??= close()
      return closed
    },
  }
}

/** Starts ffmpeg; closes the pipe when that throws. */
function startDecoding(plan: DecoderPlan, pipe: Pipe, times: TimestampLog): RunningTool {
  try {
    return startTool('ffmpeg', decodeArgs(plan.probe, plan.filters, plan.options), {
      limits: plan.limits,
      signal: plan.signal,
      pipeFds: [pipe.writeFd],
      background: plan.background ?? true,
      onLogLine: times.read,
    })
  } catch (error) {
    closePipe(pipe)
    throw error
  }
}

/** Why decoding ended before its end; `undefined` when it did not. */
export function decodeFailure(exit: ToolExit): AppError | undefined {
  if (exit.code === 0) return undefined
  if (exit.timedOut) return new AppError('timed_out', 'Decoding took longer than it may.', { cause: exit.log })
  if (exit.signal === 'SIGXCPU')
    return new AppError('limit_exceeded', 'The video takes more processor time to decode than it may.')
  if (exit.signal === 'SIGKILL')
    return new AppError('out_of_memory', 'The decoder was killed, most likely for memory.', { cause: exit.log })
  return new AppError(
    'decode_failed',
    'The video could not be decoded: it is damaged or uses a codec that is not supported.',
    { cause: exit.log },
  )
}
