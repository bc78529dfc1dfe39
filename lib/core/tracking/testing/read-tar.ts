const BLOCK = 512

/** Text files of a tar archive (POSIX ustar), by name. */
export function readTar(bytes: Uint8Array): Map<string, string> {
  const files = new Map<string, string>()
  const decoder = new TextDecoder()
  const text = (from: number, length: number) =>
    decoder.decode(bytes.subarray(from, from + length)).replace(/\0.*$/s, '')
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const name = text(at, 100)
    if (name === '') break
    const size = Number.parseInt(text(at + 124, 12), 8) || 0
    // Plain files alone.
    if (['0', ''].includes(text(at + 156, 1))) files.set(name, text(at + BLOCK, size))
    at += BLOCK * (1 + Math.ceil(size / BLOCK))
  }
  return files
}
