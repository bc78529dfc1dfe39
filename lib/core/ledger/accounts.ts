/** Whose books: four accounts per user, the rest ours. A test keeps these lists equal to the database's. */
export const USER_ACCOUNTS = ['available', 'held', 'promo', 'receivable'] as const
export type UserAccount = (typeof USER_ACCOUNTS)[number]

export const SYSTEM_ACCOUNTS = [
  'stripe_clearing',
  'stripe_fees',
  'bank',
  'refund_pending',
  'revenue',
  'runpod_prepaid',
  'gpu_cost',
  'tax_payable',
  'bad_debt',
  'promo_expense',
  'adjustments',
] as const
export type SystemAccount = (typeof SYSTEM_ACCOUNTS)[number]

export function userAccountId(userId: string, account: UserAccount): string {
  return `${userId}:${account}`
}

export function systemAccountId(account: SystemAccount): string {
  return `system:${account}`
}

/** Cached balances of one user. `receivable` is zero or negative: minus what the user owes. */
export type UserBalances = Record<UserAccount, number>

/** What the user owes us, as a number that is never negative. */
export function owedMicros(balances: Pick<UserBalances, 'receivable'>): number {
  return Math.max(0, -balances.receivable)
}
