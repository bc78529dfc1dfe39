import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { DELETION_STATES, ROLES } from '#lib/contracts/api/account.ts'

/** Property names of the first four tables are the ones Auth.js' Drizzle adapter reads. */
export const users = sqliteTable(
  'users',
  {
    id: text('id').primaryKey(),
    name: text('name'),
    email: text('email').notNull().unique('users_email_unique'),
    emailVerified: integer('email_verified_ms', { mode: 'timestamp_ms' }),
    image: text('image'),
    role: text('role', { enum: ROLES }).notNull().default('user'),
    stripeCustomerId: text('stripe_customer_id').unique('users_stripe_customer_unique'),
    /** Set while a dispute is open: nothing can be spent. */
    frozenAtMs: integer('frozen_at_ms'),
    createdAtMs: integer('created_at_ms').notNull(),
    deletedAtMs: integer('deleted_at_ms'),
  },
  /** Who may look after the service: few among many. Queries must say the same literally. */
  (t) => [index('users_staff').on(t.role).where(sql`role <> 'user'`)],
)

export const oauthAccounts = sqliteTable(
  'oauth_accounts',
  {
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    type: text('type').$type<'oauth' | 'oidc' | 'email' | 'webauthn'>().notNull(),
    provider: text('provider').notNull(),
    providerAccountId: text('provider_account_id').notNull(),
    refresh_token: text('refresh_token'),
    access_token: text('access_token'),
    expires_at: integer('expires_at'),
    token_type: text('token_type'),
    scope: text('scope'),
    id_token: text('id_token'),
    session_state: text('session_state'),
  },
  (t) => [primaryKey({ columns: [t.provider, t.providerAccountId] })],
)

export const sessions = sqliteTable(
  'sessions',
  {
    /** SHA-256 of the cookie's value: a leaked database opens no session. */
    sessionToken: text('session_token').primaryKey(),
    /** Public handle for the list of sessions. */
    id: text('id').notNull().unique('sessions_id_unique'),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    expires: integer('expires_ms', { mode: 'timestamp_ms' }).notNull(),
    userAgent: text('user_agent').notNull().default(''),
    createdAtMs: integer('created_at_ms').notNull(),
    /** Renewed at most every few minutes; a session that nobody uses ends early. */
    lastSeenAtMs: integer('last_seen_at_ms').notNull().default(0),
  },
  (t) => [
    index('sessions_user').on(t.userId),
    index('sessions_expiry').on(t.expires),
    index('sessions_idle').on(t.lastSeenAtMs),
  ],
)

export const verificationTokens = sqliteTable(
  'verification_tokens',
  {
    identifier: text('identifier').notNull(),
    token: text('token').notNull(),
    expires: integer('expires_ms', { mode: 'timestamp_ms' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.identifier, t.token] }), index('verification_tokens_expiry').on(t.expires)],
)

/** How far the deletion of an account has come; what remains to be done is the reconciler's. See docs/decisions/014-accounts.md. */
export const accountDeletions = sqliteTable(
  'account_deletions',
  {
    userId: text('user_id')
      .primaryKey()
      .references(() => users.id),
    state: text('state', { enum: DELETION_STATES }).notNull(),
    /** The most credit the person agreed to give up. */
    forfeitMicros: integer('forfeit_micros').notNull(),
    confirmedAtMs: integer('confirmed_at_ms').notNull(),
    updatedAtMs: integer('updated_at_ms').notNull(),
    finishedAtMs: integer('finished_at_ms'),
  },
  (t) => [
    /** What the reconciler looks for. Queries must say the same literally. */
    index('account_deletions_open').on(t.updatedAtMs).where(sql`state <> 'done'`),
    check('deletion_forfeit_not_negative', sql`${t.forfeitMicros} >= 0`),
    check('deletion_done_has_time', sql`(${t.state} = 'done') = (${t.finishedAtMs} IS NOT NULL)`),
  ],
)
