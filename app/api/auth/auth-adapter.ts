import type { Adapter, AdapterSession, AdapterUser } from '@auth/core/adapters'
import { DrizzleAdapter } from '@auth/drizzle-adapter'
import { eq } from 'drizzle-orm'
import { oauthAccounts, sessions, users, verificationTokens } from '#db/schema/accounts.ts'
import { admitSignIn } from '#lib/services/accounts/admit-sign-in.ts'
import { hashSessionToken } from '#lib/services/accounts/session-token.ts'
import type { Ctx } from '#lib/services/context.ts'

/**
 * Auth.js' Drizzle adapter with our ids, and with session tokens that only their cookies hold in the clear: the database gets the
 * SHA-256, Auth.js the token it came with.
 */
export function authAdapter({ ctx, userAgent }: { ctx: Ctx; userAgent: string }): Adapter {
  const base = DrizzleAdapter(ctx.db, {
    usersTable: users,
    accountsTable: oauthAccounts,
    sessionsTable: sessions,
    verificationTokensTable: verificationTokens,
  })
  return { ...base, ...userMethods(ctx), ...sessionMethods(ctx, userAgent) }
}

function userMethods(ctx: Ctx) {
  async function getUserByEmail(email: string): Promise<AdapterUser | null> {
    const [user] = await ctx.db.select().from(users).where(eq(users.email, email.toLowerCase()))
    return user ?? null
  }
  return {
    getUserByEmail,
    /** Whoever gets here has proven the address: by a link, or a provider that says so. Two first sign-ins at once make one user. */
    async createUser({ email, name, image }: AdapterUser): Promise<AdapterUser> {
      const proven = { id: ctx.newId('usr'), email: email.toLowerCase(), emailVerified: new Date(ctx.nowMs()) }
      await ctx.db
        .insert(users)
        .values({ ...proven, name, image, createdAtMs: ctx.nowMs() })
        .onConflictDoNothing({ target: users.email })
      const user = await getUserByEmail(email)
      if (!user) throw new Error('the user just created is not there')
      return user
    },
  }
}

function sessionMethods(ctx: Ctx, userAgent: string) {
  return {
    async createSession(session: AdapterSession): Promise<AdapterSession> {
      await admitSignIn({ ctx, input: { userId: session.userId } })
      await ctx.db.insert(sessions).values({
        ...session,
        sessionToken: await hashSessionToken(session.sessionToken),
        id: ctx.newId('ses'),
        userAgent: userAgent.slice(0, 300),
        createdAtMs: ctx.nowMs(),
        lastSeenAtMs: ctx.nowMs(),
      })
      return session
    },
    async deleteSession(sessionToken: string): Promise<void> {
      await ctx.db.delete(sessions).where(eq(sessions.sessionToken, await hashSessionToken(sessionToken)))
    },
    // Auth.js is never shown a session cookie but to end its session: findSession reads them, and they do not move.
    async getSessionAndUser(): Promise<null> {
      return null
    },
    async updateSession(): Promise<null> {
      return null
    },
  }
}
