import { z } from 'zod'
import type { TaskContract } from './task-contract.ts'

export const IngestParams = z.strictObject({})
export type IngestParams = z.infer<typeof IngestParams>

/** How to read the pictures that come with the proxy. */
export const IngestResult = z.strictObject({
  /** One JPEG: tiles row by row, left to right. */
  filmstrip: z.strictObject({
    columns: z.number().int().positive(),
    rows: z.number().int().positive(),
    tile_width: z.number().int().positive(),
    tile_height: z.number().int().positive(),
    /** Presentation time of each tile's frame, seconds. */
    times: z.array(z.number()).min(1),
  }),
  /** Null when there is no sound. The file holds signed bytes: lowest and highest sample of each bucket in turn. */
  waveform: z
    .strictObject({ buckets: z.number().int().positive(), buckets_per_second: z.number().positive() })
    .nullable(),
})
export type IngestResult = z.infer<typeof IngestResult>

export const ingestContract = {
  name: 'ingest',
  label: 'Prepare',
  summary: 'Makes a version every browser plays, with pictures for the timeline. Free.',
  params: IngestParams,
  result: IngestResult,
  outputs: ['video'],
  segmentable: true,
  overlapS: 0,
  limits: { maxDurationS: 4 * 60 * 60, maxInputPixels: 7680 * 4320, maxOutputPixels: 1920 * 1080 },
} as const satisfies TaskContract
