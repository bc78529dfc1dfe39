import { GFPGAN, YUNET } from './faces.ts'
import { UPSCALERS } from './index.ts'
import { OSNET } from './osnet.ts'
import type { UpscaleModel } from './registry.ts'
import type { WeightsEntry, WeightsFile } from './weights.ts'
import { YOLOV8 } from './yolov8.ts'
import { YOLOX } from './yolox.ts'

/** Licences under which an operator decides for themselves whether they may use a file: it is never brought unasked-for. */
const OPERATOR_BRINGS: ReadonlySet<string> = new Set(['AGPL-3.0'])

type Source = Omit<WeightsFile, 'sha256'> & { readonly sha256: string | undefined }

/** Every file outside the repository that some model needs, once each. */
export function weightsCatalog(): WeightsEntry[] {
  const upscalers = Object.values<UpscaleModel>(UPSCALERS).flatMap((model) =>
    model.files.map((file) => entryOf(model.name, model.licence, file)),
  )
  const detectors = [...Object.values(YOLOX), ...Object.values(YOLOV8), OSNET].map(({ name, licence, weights }) =>
    entryOf(name, licence, weights),
  )
  const faces = [YUNET, GFPGAN].map(({ name, licence, file }) => entryOf(name, licence, file))
  const byFile = new Map<string, WeightsEntry>()
  for (const entry of [...upscalers, ...faces, ...detectors]) {
    const known = byFile.get(entry.file)
    byFile.set(entry.file, known ? { ...known, models: [...known.models, ...entry.models] } : entry)
  }
  return [...byFile.values()]
}

/** A source that is the file's own address can be fetched from; anything else is read by a person. */
function entryOf(model: string, licence: string, { file, sha256, source }: Source): WeightsEntry {
  const isAddress = /^https:\/\/\S+$/.test(source) && source.endsWith(`/${file}`)
  const url = isAddress && !OPERATOR_BRINGS.has(licence) ? { url: source } : {}
  return { file, sha256, source, licence, onRequest: /research/.test(licence), models: [model], ...url }
}
