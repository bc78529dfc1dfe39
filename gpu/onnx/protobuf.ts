/**
 * The part of protobuf's wire format that ONNX files need (https://protobuf.dev/programming-guides/encoding/):
 * varints, 32-bit and length-delimited fields, read to a flat list and written back byte for byte.
 */

export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const

export type WireField =
  | { readonly field: number; readonly wire: 0; readonly value: bigint }
  | { readonly field: number; readonly wire: 1 | 2 | 5; readonly value: Uint8Array }

function encodeVarint(value: bigint): number[] {
  let rest = BigInt.asUintN(64, value)
  const bytes: number[] = []
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  bytes.push(Number(rest))
  return bytes
}

function readVarint(bytes: Uint8Array, start: number): { value: bigint; next: number } {
  let value = 0n
  for (let index = 0; index < 10; index++) {
    const byte = bytes[start + index]
    if (byte === undefined) throw new Error('protobuf: the file ends inside a number')
    value |= BigInt(byte & 0x7f) << BigInt(7 * index)
    if (byte < 0x80) return { value, next: start + index + 1 }
  }
  throw new Error('protobuf: a number is longer than 64 bits')
}

/** Reads one message's fields, in order. Throws when the bytes are not whole fields. */
export function readMessage(bytes: Uint8Array): WireField[] {
  const fields: WireField[] = []
  let offset = 0
  while (offset < bytes.length) {
    const tag = readVarint(bytes, offset)
    const field = Number(tag.value >> 3n)
    const wire = Number(tag.value & 7n)
    offset = tag.next
    if (wire === WIRE.varint) {
      const { value, next } = readVarint(bytes, offset)
      fields.push({ field, wire, value })
      offset = next
      continue
    }
    if (wire !== WIRE.fixed64 && wire !== WIRE.bytes && wire !== WIRE.fixed32) {
      throw new Error(`protobuf: wire type ${wire} is not supported`)
    }
    const length = wire === WIRE.fixed64 ? 8n : wire === WIRE.fixed32 ? 4n : undefined
    const prefix = length === undefined ? readVarint(bytes, offset) : { value: length, next: offset }
    const end = prefix.next + Number(prefix.value)
    if (end > bytes.length) throw new Error('protobuf: the file ends inside a field')
    fields.push({ field, wire, value: bytes.subarray(prefix.next, end) })
    offset = end
  }
  return fields
}

/** Builds one message; nested messages are finished first and added as bytes. */
export class MessageWriter {
  readonly #parts: Uint8Array[] = []

  varint(field: number, value: number | bigint): this {
    this.#parts.push(Uint8Array.from([...encodeVarint(BigInt(field << 3)), ...encodeVarint(BigInt(value))]))
    return this
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setFloat32(0, value, true)
    this.#parts.push(Uint8Array.from(encodeVarint(BigInt((field << 3) | WIRE.fixed32))), bytes)
    return this
  }

  bytes(field: number, value: Uint8Array): this {
    const head = [...encodeVarint(BigInt((field << 3) | WIRE.bytes)), ...encodeVarint(BigInt(value.length))]
    this.#parts.push(Uint8Array.from(head), value)
    return this
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value))
  }

  /** A field as `readMessage` returned it. */
  raw(field: WireField): this {
    if (field.wire === WIRE.varint) return this.varint(field.field, field.value)
    if (field.wire === WIRE.bytes) return this.bytes(field.field, field.value)
    this.#parts.push(Uint8Array.from(encodeVarint(BigInt((field.field << 3) | field.wire))), field.value)
    return this
  }

  finish(): Uint8Array {
    let length = 0
    for (const part of this.#parts) length += part.length
    const out = new Uint8Array(length)
    let offset = 0
    for (const part of this.#parts) {
      out.set(part, offset)
      offset += part.length
    }
    return out
  }
}

export function bytesOf(fields: readonly WireField[], field: number): Uint8Array[] {
  return fields.flatMap((entry) => (entry.field === field && entry.wire === WIRE.bytes ? [entry.value] : []))
}

export function textOf(fields: readonly WireField[], field: number): string | undefined {
  const value = bytesOf(fields, field)[0]
  return value === undefined ? undefined : new TextDecoder().decode(value)
}

export function numberOf(fields: readonly WireField[], field: number): number | undefined {
  for (const entry of fields) if (entry.field === field && entry.wire === WIRE.varint) return Number(entry.value)
  return undefined
}
