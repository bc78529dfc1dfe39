import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { ROLES } from '#lib/contracts/api/account.ts'

/** Property names of the first four tables are the ones Auth.js' Drizzle adapter reads. */
export const users = sqliteTable('users', {
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
})

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
  },
  (t) => [index('sessions_user').on(t.userId), index('sessions_expiry').on(t.expires)],
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
