import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import * as accounts from './schema/accounts.ts'
import * as jobs from './schema/jobs.ts'
import * as ledger from './schema/ledger.ts'
import * as operations from './schema/operations.ts'
import * as projects from './schema/projects.ts'
import * as spending from './schema/spending.ts'
import * as uploads from './schema/uploads.ts'

export const schema = { ...accounts, ...ledger, ...uploads, ...jobs, ...operations, ...projects, ...spending }

export type Db = DrizzleD1Database<typeof schema>

/** The parameter is a D1 binding; typed loosely so that db does not depend on the platform's types. */
export function makeDb(binding: Parameters<typeof drizzle>[0]): Db {
  return drizzle(binding, { schema })
}
