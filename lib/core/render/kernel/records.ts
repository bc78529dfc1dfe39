/**
 * The records that the kernel reads from memory, field by field in the order of `assembly/pass.ts` and `assembly/effect.ts`. Every
 * field is four bytes: an integer (address, count, fixed-point number) or, where listed in `FLOATS`, a single-precision number.
 */
export const PASS_FIELDS = [
  'source',
  'sourceStride',
  'sourceHeight',
  'target',
  'targetStride',
  'width',
  'height',
  'xStarts',
  'xWeights',
  'xTaps',
  'yStarts',
  'yWeights',
  'yTaps',
  'ring',
  'ringStride',
  'ringRows',
  'nextRow',
  'bias',
  'effect',
  'row',
] as const

export const EFFECT_FIELDS = [
  'kind',
  'firstColumn',
  'endColumn',
  'step',
  'rowOrigin',
  'ellipses',
  'count',
  'outside',
  'mask',
  'output',
  'zero',
  'kept',
  'blur',
  'blurred',
  'colour',
  'feather',
  'strokeReach',
  'strokeSlope',
  'glowReach',
  'glow',
] as const

export const ELLIPSE_FIELDS = ['x', 'y', 'inverseX', 'inverseY', 'level', 'inner', 'outer', 'guard'] as const

const FLOATS: ReadonlySet<string> = new Set([
  ...ELLIPSE_FIELDS,
  'step',
  'rowOrigin',
  'feather',
  'strokeReach',
  'strokeSlope',
  'glowReach',
  'glow',
])

export type PassRecord = Readonly<Record<(typeof PASS_FIELDS)[number], number>>
export type EffectRecord = Readonly<Record<(typeof EFFECT_FIELDS)[number], number>>
export type EllipseRecord = Readonly<Record<(typeof ELLIPSE_FIELDS)[number], number>>

/** Writes a record at an address, a multiple of four. */
export function writeRecord<Field extends string>(
  memory: DataView,
  address: number,
  fields: readonly Field[],
  record: Readonly<Record<Field, number>>,
): void {
  for (const [index, field] of fields.entries()) {
    const at = address + 4 * index
    if (FLOATS.has(field)) memory.setFloat32(at, record[field], true)
    else memory.setInt32(at, record[field], true)
  }
}
