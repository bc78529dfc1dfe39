import { type Fields, readParams } from '#lib/local/stripe/params/field.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'
import type { FormTree } from './form-decoder.ts'

export type Method = 'GET' | 'POST' | 'DELETE'

/** One endpoint of the API; `:id` in the path is handed to `run`. */
export interface Endpoint<P> {
  method: Method
  path: string
  params: Fields<P>
  run(work: Work, params: P, id: string): object
}

/** An endpoint whose parameters were read and found right. */
export interface PreparedCall {
  expand: readonly string[]
  run(work: Work, id: string): object
}

export interface Route {
  method: Method
  pattern: RegExp
  /** @throws RequestError when a parameter is wrong. */
  prepare(form: FormTree): PreparedCall
}

export function route<P extends { expand?: string[] }>(endpoint: Endpoint<P>): Route {
  const source = endpoint.path.replaceAll('.', '\\.').replace(':id', '([^/]+)')
  return {
    method: endpoint.method,
    pattern: new RegExp(`^${source}$`),
    prepare(form) {
      const params = readParams(endpoint.params, form)
      return { expand: params.expand ?? [], run: (work, id) => endpoint.run(work, params, id) }
    },
  }
}
