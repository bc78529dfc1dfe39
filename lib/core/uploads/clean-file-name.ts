/** What would break a header, a path or the reading direction of the line a name is shown in. */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}]/gu

/** A user's file name as it is stored and shown: the last path component, at most 255 characters, never empty. */
export function cleanFileName(name: string): string {
  const base = name.toWellFormed().split(/[\\/]/).at(-1) ?? ''
  return base.replaceAll(UNSAFE, '').trim().slice(0, 255).toWellFormed() || 'video'
}
