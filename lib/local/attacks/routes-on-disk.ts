import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AnyRouteSpec } from '#lib/platform/make-route.ts'

const API = join(import.meta.dirname, '..', '..', '..', 'app', 'api')
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

type Handler = (request: Request, segment: { params: Promise<Record<string, string | string[]>> }) => Promise<Response>

/** One method of one route, as the product serves it. */
export interface ServedRoute {
  /** `POST /api/uploads/[id]/parts` */
  name: string
  method: (typeof METHODS)[number]
  /** `/api/uploads/[id]/parts` */
  pattern: string
  handler: Handler
  /** What the route wrapper was given; null for a handler that is none of its making. */
  spec: AnyRouteSpec | null
}

/** Every handler below app/api, imported: what is added later is found without being named anywhere. */
export async function routesOnDisk(): Promise<ServedRoute[]> {
  const files = (await readdir(API, { recursive: true })).filter((file) => file.endsWith('route.ts')).sort()
  const perFile = await Promise.all(
    files.map(async (file) => {
      const pattern = `/api/${dirname(file)}`
      const module: Record<string, unknown> = await import(pathToFileURL(join(API, file)).href)
      return METHODS.filter((method) => method in module).map((method) => {
        const handler = module[method] as Handler & { spec?: AnyRouteSpec }
        return { name: `${method} ${pattern}`, method, pattern, handler, spec: handler.spec ?? null }
      })
    }),
  )
  return perFile.flat()
}

/** The address of a route with its parameters filled in: `[id]`, and `[...auth]` with slashes. */
export function addressOf(pattern: string, params: Readonly<Record<string, string>>): string {
  return pattern.replace(/\[(?:\.\.\.)?(\w+)\]/g, (_all, name: string) =>
    (params[name] ?? '').split('/').map(encodeURIComponent).join('/'),
  )
}
