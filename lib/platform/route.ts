import { makeContext } from './container.ts'
import { log } from './log.ts'
import { makeRoute } from './make-route.ts'
import { readSignedIn } from './session-of-request.ts'

export { json } from './make-route.ts'
export { readText } from './request-body.ts'

/** Wraps every API handler: `export const POST = route({ auth: 'user', body: CreateQuote }, async ({ ctx, body }) => …)`. */
export const route = makeRoute({ makeContext, readUser: readSignedIn, log })
