import { badParameter } from './errors.ts'

export type FormValue = string | FormTree
/** Objects and arrays look the same on the wire: `a[b]=1`, `a[0]=1`. */
export type FormTree = Map<string, FormValue>

const MAX_DEPTH = 20
const NAME = /^([^[\]]+)((?:\[[^[\]]*\])*)$/

/**
 * Decodes `application/x-www-form-urlencoded` with Stripe's brackets: `a[b][c]=v`, `a[0]=v`, `a[]=v`.
 * Maps instead of objects, so no key can reach a prototype.
 * @throws RequestError 400 for names that are malformed, nested too deeply, or used both as a value and as a parent.
 */
export function decodeForm(text: string): FormTree {
  const root: FormTree = new Map()
  for (const [name, value] of new URLSearchParams(text)) setPath(root, name, value)
  return root
}

function setPath(root: FormTree, name: string, value: string): void {
  const path = splitName(name)
  let parent = root
  for (const [depth, part] of path.entries()) {
    const key = part === '' ? String(parent.size) : part
    if (depth === path.length - 1) {
      if (parent.get(key) instanceof Map) throw badParameter(name, `Invalid object: ${name}`)
      parent.set(key, value)
      return
    }
    const child = parent.get(key) ?? new Map<string, FormValue>()
    if (typeof child === 'string') throw badParameter(name, `Invalid object: ${name}`)
    parent.set(key, child)
    parent = child
  }
}

function splitName(name: string): string[] {
  const match = NAME.exec(name)
  const [, head = '', tail = ''] = match ?? []
  if (!match) throw badParameter(name, `Invalid parameter name: ${name}`)
  const path = [head, ...[...tail.matchAll(/\[([^[\]]*)\]/g)].map((part) => part[1] ?? '')]
  if (path.length > MAX_DEPTH) throw badParameter(name, `Parameter is nested too deeply: ${name}`)
  return path
}

/** The same text for the same parameters in any order: what an idempotency key is compared by. */
export function canonicalForm(tree: FormTree): string {
  return JSON.stringify(sorted(tree))
}

function sorted(value: FormValue): unknown {
  if (typeof value === 'string') return value
  return [...value.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, child]) => [key, sorted(child)])
}
