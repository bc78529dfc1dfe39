/**
 * Pages that are rendered at build time cannot carry a nonce. The build (deploy/embed-stored-pages.ts) writes the hashes of their
 * inline scripts and styles into the compiled middleware, page by page.
 */
export interface InlineHashes {
  /** `sha256-…`, without quotes. */
  scripts: readonly string[]
  styles: readonly string[]
}

export type StoredPages = ReadonlyMap<string, InlineHashes>

/** The page shown for an address that leads nowhere; any address may turn out to be one. */
export const NOT_FOUND_PAGE = '/_not-found'

/** `path script,script style,style|path …`: no character in it needs escaping inside a JavaScript string. */
export function encodeStoredPages(pages: StoredPages): string {
  return [...pages].map(([path, { scripts, styles }]) => `${path} ${scripts.join(',')} ${styles.join(',')}`).join('|')
}

/** Anything that does not begin with a path (a build that has not been embedded, as in `next dev`) reads as no pages. */
export function decodeStoredPages(text: string): StoredPages {
  if (!text.startsWith('/')) return new Map()
  const split = (list = '') => list.split(',').filter((hash) => hash !== '')
  return new Map(
    text.split('|').map((line) => {
      const [path = '', scripts, styles] = line.split(' ')
      return [path, { scripts: split(scripts), styles: split(styles) }]
    }),
  )
}

/** The CSP sources that let a page's own inline scripts and styles run, and no others. */
export interface InlineSources {
  scripts: readonly string[]
  styles: readonly string[]
}

/** Hashes for a stored page, a nonce for one made per request (which may still end as "not found", a stored page). */
export function inlineSources(pages: StoredPages, pathname: string, nonce: string): InlineSources {
  const path = pathname === '/' ? '/' : pathname.replace(/\/$/, '')
  const page = pages.get(path)
  if (page) return { scripts: page.scripts.map(quote), styles: page.styles.map(quote) }
  const notFound = pages.get(NOT_FOUND_PAGE)
  const own = `nonce-${nonce}`
  return {
    scripts: [own, ...(notFound?.scripts ?? [])].map(quote),
    styles: [own, ...(notFound?.styles ?? [])].map(quote),
  }
}

function quote(source: string): string {
  return `'${source}'`
}
