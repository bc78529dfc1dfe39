import { AppError } from '#lib/contracts/errors.ts'

/** A line of a MOTChallenge detection file: `frame,id,x,y,width,height,confidence[,…]`. */
export interface MotLine {
  /** Counts from 1. */
  readonly frame: number
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** Any scale. 1 where the file has none. */
  readonly confidence: number
}

const MAX_FRAME = 10_000_000

/**
 * Reads MOTChallenge detections (commas, semicolons or blanks between the numbers; empty lines and lines that start with `#` are
 * skipped). Boxes without an area are left out. Throws `invalid_request` that names the first malformed line.
 */
export function parseMot(text: string): MotLine[] {
  const lines: MotLine[] = []
  text.split('\n').forEach((raw, index) => {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) return
    const numbers = line.split(/[,;\s]\s*/).map((field) => (field === '' ? Number.NaN : Number(field)))
    const [frame = Number.NaN, , x = Number.NaN, y = Number.NaN, width = Number.NaN, height = Number.NaN] = numbers
    const confidence = numbers[6] ?? 1
    if (![x, y, width, height, confidence].every(Number.isFinite))
      throw malformed(index, line, 'needs frame, id, x, y, width, height and confidence as numbers')
    if (!Number.isInteger(frame) || frame < 1 || frame > MAX_FRAME) throw malformed(index, line, 'frames count from 1')
    if (width > 0 && height > 0) lines.push({ frame, x, y, width, height, confidence })
  })
  return lines
}

function malformed(index: number, line: string, why: string): AppError {
  return new AppError('invalid_request', `Line ${index + 1}: ${why}: "${line.slice(0, 80)}".`, { field: 'input' })
}
