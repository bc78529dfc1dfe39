import { bytesOf, MessageWriter, readMessage, textOf } from './protobuf.ts'

/** `metadata_props` of a model: its entries are a key (1) and a value (2). */
const METADATA = 14

/** Notes that a model carries, by key. */
export function metadataOf(model: Uint8Array): ReadonlyMap<string, string> {
  return new Map(
    bytesOf(readMessage(model), METADATA).map((bytes) => {
      const entry = readMessage(bytes)
      return [textOf(entry, 1) ?? '', textOf(entry, 2) ?? '']
    }),
  )
}

/** The model with notes added: fields of a message may come in any order, so they go to the end. */
export function withMetadata(model: Uint8Array, notes: Readonly<Record<string, string>>): Uint8Array {
  const writer = new MessageWriter()
  for (const [key, value] of Object.entries(notes)) {
    writer.bytes(METADATA, new MessageWriter().text(1, key).text(2, value).finish())
  }
  return Buffer.concat([model, writer.finish()])
}
