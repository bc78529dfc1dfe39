import { dirname, join, relative, sep } from 'node:path'

const PATTERN = /new URL\(\s*'([^']+)',\s*import\.meta\.url,?\s*\)/g

export interface RewrittenSource {
  readonly text: string
  /** Programs and threads the source starts: bundles of their own. Absolute paths. */
  readonly programs: readonly string[]
  /** Files and folders the source reads: they go along. Absolute paths. */
  readonly assets: readonly string[]
}

/**
 * Bundles lie flat in one folder, so what a source names relative to itself must be named anew: a program `./x-thread.ts` is
 * `./x-thread.js` there, and files keep their path within the repository. A name without an ending or slash is a place for files that
 * come later (the weights).
 */
export function rewriteUrls(text: string, path: string, root: string): RewrittenSource {
  const programs: string[] = []
  const assets: string[] = []
  const rewritten = text.replace(PATTERN, (_match, reference: string) => {
    const target = join(dirname(path), reference)
    if (target.endsWith('.ts')) {
      programs.push(target)
      return urlOf(`./${bundleName(target)}`)
    }
    const isPlace = !reference.endsWith('/') && !/\.[a-z0-9]+$/i.test(reference)
    if (!isPlace) assets.push(target)
    return urlOf(`./${relative(root, target).split(sep).join('/')}${reference.endsWith('/') ? '/' : ''}`)
  })
  return { text: rewritten, programs, assets }
}

function urlOf(reference: string): string {
  return `new URL('${reference}', import.meta.url)`
}

/** The bundle of a program: its file's name with `.js`. */
export function bundleName(path: string): string {
  return `${path.slice(path.lastIndexOf(sep) + 1, -'.ts'.length)}.js`
}
