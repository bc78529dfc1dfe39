/**
 * `attachment` header for a user's file name (RFC 6266): an ASCII `filename` for old clients and the real one as `filename*` in RFC 5987
 * encoding. Control characters, quotes, path separators and the characters that reorder text on screen are dropped, so a name can neither
 * break out of the header nor pretend to have another extension.
 */
export function contentDisposition(fileName: string): string {
  const name = fileName.replaceAll(UNSAFE, '').trim() || 'video'
  const ascii = name
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .replaceAll(/[^\x20-\x7e]/g, '_')
    .replaceAll('%', '_')
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encodeExtValue(name)}`
}

/** Control characters, quotes, path separators, and what reorders text on screen. */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}"\\/]/gu

/** RFC 5987 `attr-char`: what encodeURIComponent leaves alone, less `' ( ) *`. Lone surrogates become U+FFFD instead of throwing. */
function encodeExtValue(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replaceAll(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
