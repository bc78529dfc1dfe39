/** Whose the rows of a table are: the user's own row, rows that name them, rows of something that is theirs, or nobody's. */
export type Owner = 'self' | 'user_id' | { column: string; of: 'jobs' | 'projects' } | 'nobody'

/** What one table means for the person its rows are about: a test compares this list with the schema. */
export interface TablePolicy {
  owner: Owner
  /** In an export under this name; or why it is not in one. */
  exported: { as: string; without?: readonly string[]; pageRows?: number } | { not: string }
  /** What deleting an account does to the rows. */
  deletion: string
}

const ofJobs = { column: 'job_id', of: 'jobs' } as const
const KEPT_AS_BOOKS = 'kept under the user id: the books rest on it'

export const PERSONAL_DATA: Readonly<Record<string, TablePolicy>> = {
  users: {
    owner: 'self',
    exported: { as: 'profile', without: ['stripe_customer_id'] },
    deletion: 'kept without address, name and picture',
  },
  oauth_accounts: {
    owner: 'user_id',
    exported: {
      as: 'linked_sign_ins',
      without: ['refresh_token', 'access_token', 'id_token', 'session_state'],
    },
    deletion: 'deleted at once',
  },
  sessions: { owner: 'user_id', exported: { as: 'sessions', without: ['session_token'] }, deletion: 'deleted at once' },
  verification_tokens: {
    owner: 'nobody',
    exported: { not: 'a secret that is good for 15 minutes' },
    deletion: 'deleted at once, by address',
  },
  account_deletions: {
    owner: 'user_id',
    exported: { not: 'whoever has one can sign in no more' },
    deletion: 'kept: it says that the account is deleted',
  },
  assets: {
    owner: 'user_id',
    exported: { as: 'files', without: ['check_attempts', 'check_started_at_ms'], pageRows: 25 },
    deletion: 'object deleted, name replaced',
  },
  uploads: {
    owner: 'user_id',
    exported: { as: 'uploads', without: ['multipart_id'] },
    deletion: 'aborted, fingerprint replaced',
  },
  projects: { owner: 'user_id', exported: { as: 'projects', without: ['save_id'], pageRows: 2 }, deletion: 'deleted' },
  project_versions: {
    owner: { column: 'project_id', of: 'projects' },
    exported: { not: 'earlier states of the projects, which are in it as they are now' },
    deletion: 'deleted',
  },
  jobs: { owner: 'user_id', exported: { as: 'jobs' }, deletion: 'kept, texts replaced' },
  job_outputs: { owner: 'user_id', exported: { as: 'products' }, deletion: 'object deleted, summary emptied' },
  segments: {
    owner: ofJobs,
    exported: { not: 'how a job is cut into runs; what it did is in jobs' },
    deletion: 'kept: time ranges',
  },
  attempts: {
    owner: ofJobs,
    exported: {
      as: 'runs',
      without: ['endpoint_id', 'runpod_job_id', 'worker_id', 'output_targets_json', 'hint_json', 'output_json'],
      pageRows: 50,
    },
    deletion: 'kept, texts emptied',
  },
  job_events: { owner: ofJobs, exported: { as: 'job_history' }, deletion: 'kept, details emptied' },
  calibration: {
    owner: 'user_id',
    exported: { not: 'measurements of GPUs; the times of a job are in runs' },
    deletion: 'kept: it holds measurements alone',
  },
  quotes: {
    owner: 'user_id',
    exported: { as: 'quotes' },
    deletion: 'deleted where nothing came of it; else kept, texts replaced',
  },
  ledger_accounts: { owner: 'user_id', exported: { as: 'balances' }, deletion: KEPT_AS_BOOKS },
  transfers: { owner: 'user_id', exported: { as: 'statement' }, deletion: KEPT_AS_BOOKS },
  holds: { owner: 'user_id', exported: { as: 'holds' }, deletion: KEPT_AS_BOOKS },
  settlements: { owner: ofJobs, exported: { as: 'settlements' }, deletion: KEPT_AS_BOOKS },
  top_ups: {
    owner: 'user_id',
    exported: { as: 'top_ups', without: ['click_id', 'checkout_url'] },
    deletion: 'kept without links and card',
  },
  refunds: { owner: 'user_id', exported: { as: 'refunds', without: ['click_id'] }, deletion: KEPT_AS_BOOKS },
  disputes: { owner: 'user_id', exported: { as: 'disputes' }, deletion: KEPT_AS_BOOKS },
  goodwill_refunds: { owner: 'user_id', exported: { as: 'goodwill_refunds' }, deletion: 'kept, note emptied' },
  promo_grants: {
    owner: 'user_id',
    exported: { as: 'promotional_credit', without: ['claim_key', 'actor_id'] },
    deletion: 'kept: the fingerprint of the mailbox keeps the credit of a first visit from being given twice',
  },
  wallet_settings: { owner: 'user_id', exported: { as: 'wallet_settings' }, deletion: 'deleted at once' },
  wallet_totals: {
    owner: 'user_id',
    exported: { not: 'a sum of what is in the statement' },
    deletion: KEPT_AS_BOOKS,
  },
  saved_cards: {
    owner: 'user_id',
    exported: { as: 'cards', without: ['payment_method_id'] },
    deletion: 'deleted once Stripe forgot the card',
  },
  ledger_walk: { owner: 'nobody', exported: { not: 'how far the books were checked' }, deletion: 'nobody’s' },
  ledger_sums: { owner: 'nobody', exported: { not: 'sums of the statement, for checking' }, deletion: 'nobody’s' },
  stripe_balance_entries: { owner: 'nobody', exported: { not: 'our own balance at Stripe' }, deletion: 'nobody’s' },
  stripe_events: {
    owner: 'nobody',
    exported: { not: 'messages of Stripe’s; what they led to is in top_ups, refunds and disputes' },
    deletion: 'stored without personal data from the start',
  },
  audit_log: {
    owner: 'nobody',
    exported: { not: 'what staff did; it names accounts by their id' },
    deletion: 'kept: it names accounts by their id',
  },
  alarms: {
    owner: 'nobody',
    exported: { not: 'what an operator must look at' },
    deletion: 'names accounts by their id',
  },
  rate_limits: {
    owner: 'nobody',
    exported: { not: 'counters of the last day' },
    deletion: 'the one that names the address is deleted at once, all others within a day',
  },
  switches: { owner: 'nobody', exported: { not: 'what is paused for everyone' }, deletion: 'nobody’s' },
  cursors: { owner: 'nobody', exported: { not: 'how far readers have come' }, deletion: 'nobody’s' },
}
