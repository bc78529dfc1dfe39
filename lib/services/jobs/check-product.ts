import type { MediaFacts } from '#lib/contracts/media.ts'
import type { ProductKind } from '#lib/contracts/products.ts'
import type { TaskRequest } from '#lib/contracts/tasks/index.ts'
import { IngestResult } from '#lib/contracts/tasks/ingest.ts'
import { ClipsResult, type MadeClip } from '#lib/contracts/tasks/render.ts'
import type { OutputName } from '#lib/contracts/tasks/task-contract.ts'
import type { WorkerCompleted } from '#lib/contracts/worker.ts'
import { assertNever } from '#lib/core/assert-never.ts'
import { analysisProblems } from '#lib/core/media/analysis-problems.ts'
import { outputProblems } from '#lib/core/media/expected-output.ts'
import { clipProblems, expectedVideos } from '#lib/core/media/expected-videos.ts'
import { readCropPathFile } from '#lib/core/products/read-crop-path-file.ts'
import { UnusableData } from '#lib/core/products/read-data.ts'
import { readScenesFile } from '#lib/core/products/read-scenes-file.ts'
import { readTracksFile } from '#lib/core/products/read-tracks-file.ts'
import type { ObjectHead } from '#lib/providers/storage/port.ts'
import type { Ctx } from '#lib/services/context.ts'
import { judgeObject } from '#lib/services/uploads/confirm-output.ts'
import { MAX_DATA_BYTES, readDataObject } from './read-data-object.ts'

/** What a run was asked to do, with what, and what it says it did. */
export interface CheckedRun {
  request: TaskRequest
  /** Facts of the input the price was made from. */
  input: MediaFacts
  output: WorkerCompleted
}

interface CheckedFile {
  name: string
  kind: ProductKind
  key: string
  head: ObjectHead
  sha256: string
}

type Check = { summary: Record<string, unknown> } | { problems: string[] }

const MAX_PICTURE_BYTES = 16 * 1024 ** 2
const JPEG_MAGIC = [0xff, 0xd8, 0xff]

/** Looks into one stored file whose size is as reported. Throws what the store throws (`unavailable`, `input_changed`). */
export async function checkProduct(ctx: Ctx, run: CheckedRun, file: CheckedFile): Promise<Check> {
  switch (file.kind) {
    case 'video':
    case 'proxy':
    case 'clip':
    case 'preview':
      return checkVideo(ctx, run, file)
    case 'tracks':
    case 'scenes':
    case 'crop_path':
      return checkData(ctx, run, file)
    case 'poster':
      return checkPicture(ctx, file, {})
    case 'filmstrip': {
      const result = IngestResult.safeParse(run.output.result)
      if (!result.success) return { problems: ['nobody says how to read it'] }
      return checkPicture(ctx, file, { layout: result.data.filmstrip })
    }
    case 'waveform': {
      const layout = IngestResult.safeParse(run.output.result).data?.waveform
      if (!layout) return { problems: ['nobody says how to read it'] }
      // Lowest and highest sample of each bucket, a byte each.
      const isWhole = file.head.bytes === 2 * layout.buckets
      return isWhole
        ? { summary: { layout } }
        : { problems: [`${file.head.bytes} bytes for ${layout.buckets} buckets`] }
    }
    default:
      return assertNever(file.kind)
  }
}

async function checkVideo(ctx: Ctx, run: CheckedRun, { name, kind, key, head }: CheckedFile): Promise<Check> {
  const { facts, problem } = await judgeObject({ ctx, input: { key, head } })
  if (problem) return { problems: [`it cannot be read back (${problem.code})`] }
  const { request, input, output } = run
  if (kind === 'preview') {
    const same = facts.video_codec === 'h264' && facts.frames === output.stats.frames_out
    return same ? { summary: { facts } } : { problems: ['it is not the same video as H.264'] }
  }
  const expected = expectedVideos(request, input).get(name as OutputName)
  if (!expected) return { problems: ['a video came back where none was asked for'] }
  const clips = ClipsResult.safeParse(output.result).data?.clips
  const problems =
    kind === 'clip'
      ? clipOf(clips, name, (made) => clipProblems({ expected, input, headers: facts, made }))
      : outputProblems({ expected, input, headers: facts, stats: output.stats })
  if (problems.length > 0) return { problems }
  if (kind === 'clip') return { summary: { facts, clip: clips?.find((clip) => clip.output === name) } }
  return { summary: { facts, ...(clips && kind === 'video' ? { clips } : {}) } }
}

function clipOf(clips: MadeClip[] | undefined, name: string, judge: (made: MadeClip) => string[]): string[] {
  const made = clips?.find((clip) => clip.output === name)
  return made ? judge(made) : ['nobody says which part of the video it shows']
}

async function checkPicture(ctx: Ctx, { key, head }: CheckedFile, summary: Record<string, unknown>): Promise<Check> {
  if (head.bytes > MAX_PICTURE_BYTES || head.bytes < JPEG_MAGIC.length)
    return { problems: ['it is no picture of ours'] }
  const start = await ctx.storage.readRange(key, { start: 0, end: JPEG_MAGIC.length, etag: head.etag })
  return JPEG_MAGIC.every((byte, index) => start[index] === byte) ? { summary } : { problems: ['it is no JPEG'] }
}

async function checkData(ctx: Ctx, { input, output }: CheckedRun, file: CheckedFile): Promise<Check> {
  const { kind, key, sha256, head } = file
  if (head.bytes > MAX_DATA_BYTES) return { problems: [`${head.bytes} bytes are more than such data ever takes`] }
  const text = readDataObject(ctx, { key, sha256, ...head })
  try {
    const summary = await readSummary(kind, text, input)
    const problems = analysisProblems({ data: summary, input, stats: output.stats })
    return problems.length > 0 ? { problems } : { summary }
  } catch (error) {
    if (error instanceof UnusableData) return { problems: [error.message] }
    throw error
  }
}

async function readSummary(
  kind: ProductKind,
  text: AsyncIterable<string>,
  input: MediaFacts,
): Promise<Record<string, unknown> & { width?: number; height?: number; frames?: number }> {
  switch (kind) {
    case 'tracks':
      return readTracksFile(text)
    case 'scenes':
      return readScenesFile(text)
    default:
      return readCropPathFile(text, input.frames)
  }
}
