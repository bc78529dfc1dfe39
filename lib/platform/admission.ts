import type { MeView } from '#lib/contracts/api/account.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { RateLimitName } from '#lib/core/accounts/rate-limits.ts'
import { checkRateLimit, tooManyTries } from '#lib/services/accounts/check-rate-limit.ts'
import type { Ctx } from '#lib/services/context.ts'
import { type MemoryWindows, memoryWindows } from './memory-windows.ts'
import { networkOf } from './network-address.ts'

export type Auth = 'user' | 'admin' | 'public'

export type ReadUser = (ctx: Ctx, request: Request) => Promise<MeView | null>

const READ_ONLY_METHODS = new Set(['GET', 'HEAD'])

/** Who may make a request at all, and how often. One per route: what it counts in memory is that route's. */
export interface Admission {
  /** The signed-in user. Throws `bad_origin`, `unauthenticated`, `forbidden`, `rate_limited`. */
  admit(auth: 'user' | 'admin', ctx: Ctx, request: Request): Promise<MeView>
  /** Counts a refused credential; the error to answer with when a network shows too many. */
  refused(ctx: Ctx, request: Request): AppError | null
}

export function makeAdmission(readUser: ReadUser, windows: MemoryWindows = memoryWindows()): Admission {
  /** How long to wait, in milliseconds; 0 when there is no need to. */
  const waitMs = (ctx: Ctx, name: RateLimitName, who: string) =>
    windows.count(`${name}:${who}`, ctx.settings.rateLimits[name], ctx.nowMs())

  async function limit(ctx: Ctx, request: Request, userId: string): Promise<void> {
    const network = networkOf(request)
    if (READ_ONLY_METHODS.has(request.method)) {
      const wait = Math.max(waitMs(ctx, 'read.user', userId), waitMs(ctx, 'read.ip', network))
      if (wait > 0) throw tooManyTries(wait)
      return
    }
    // The network first: what it asks beyond its own limit is not written down.
    const wait = waitMs(ctx, 'write.ip', network)
    if (wait > 0) throw tooManyTries(wait)
    await checkRateLimit({ ctx, input: { key: `write:${userId}`, ...ctx.settings.rateLimits['write.user'] } })
  }

  return {
    async admit(auth, ctx, request) {
      const changes = !READ_ONLY_METHODS.has(request.method)
      // Cookies travel with requests other sites make; the Origin header says which site that was, and no page can forge it.
      if (changes && request.headers.get('origin') !== ctx.settings.appUrl) {
        throw new AppError('bad_origin', 'This request did not come from the app itself.')
      }
      const user = await readUser(ctx, request)
      if (!user) throw new AppError('unauthenticated', 'Sign in first.')
      await limit(ctx, request, user.id)
      if (auth === 'admin' && user.role !== 'admin' && (changes || user.role !== 'admin_readonly')) {
        throw new AppError('forbidden', 'Your account may not do this.')
      }
      return user
    },
    refused(ctx, request) {
      const wait = waitMs(ctx, 'refused.ip', networkOf(request))
      return wait > 0 ? tooManyTries(wait) : null
    },
  }
}
