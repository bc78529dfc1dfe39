import type { Fields } from './field.ts'
import { expand, pagination } from './shared.ts'

/** Endpoints that take nothing but `expand`. */
export interface ExpandParams {
  expand?: string[]
}

export const retrieve: Fields<ExpandParams> = { expand: expand() }

export interface PageParams extends ExpandParams {
  limit?: number
  starting_after?: string
  ending_before?: string
}

export const page: Fields<PageParams> = { ...pagination, expand: expand() }
