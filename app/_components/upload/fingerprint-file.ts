/**
 * Names one local file by what the browser tells without reading it: name, size, last change. Good enough to find an unfinished upload
 * again; should two files share it, the server notices the size and the parts' sum decides.
 */
export async function fingerprintFile(file: Pick<File, 'name' | 'size' | 'lastModified'>): Promise<string> {
  const text = JSON.stringify([file.name, file.size, file.lastModified])
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
