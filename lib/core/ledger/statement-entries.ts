import type { StatementEntry, TransferKind } from '#lib/contracts/api/wallet.ts'
import { TASKS, TaskName } from '#lib/contracts/tasks/index.ts'
import { formatCredits } from '#lib/core/money.ts'
import { userAccountId } from './accounts.ts'

/** A transfer as the statement reads it; `id` is `<plan>.<n>`. */
export interface StatementRow {
  id: string
  kind: TransferKind
  debitAccountId: string
  creditAccountId: string
  amountMicros: number
  causeType: string
  causeId: string
  createdAtMs: number
  jobId: string | null
  task: string | null
  /** Name of the job's clip. */
  clip: string | null
  /** Of the top-up that caused it. */
  topUp: { source: 'checkout' | 'auto'; paidWith: string | null } | null
}

/**
 * Fills in what could be spent after each entry, newest first, from what could be spent after the newest one. Returns what could be spent before the
 * oldest, which is where the next page begins.
 */
export function runBalance(
  entries: readonly StatementEntry[],
  newestMicros: number,
): { entries: StatementEntry[]; beforeMicros: number } {
  let micros = newestMicros
  const filled = entries.map((entry) => {
    const after = { ...entry, spendable_after_micros: micros }
    micros -= entry.spendable_change_micros
    return after
  })
  return { entries: filled, beforeMicros: micros }
}

/** No plan makes more transfers of one kind: a release goes to promo, debt and available. */
export const MOST_ROWS_PER_ENTRY = 4

/**
 * Folds the rows of one plan and kind into one entry each. Rows come newest first; those of one entry stand together.
 * `lastRow` is where the next page goes on after.
 */
export function statementEntries(
  userId: string,
  rows: readonly StatementRow[],
): { entry: StatementEntry; lastRow: StatementRow }[] {
  const groups: StatementRow[][] = []
  for (const row of rows) {
    const group = groups.at(-1)
    const first = group?.[0]
    if (group && first && isSameEntry(first, row)) group.push(row)
    else groups.push([row])
  }
  return groups.flatMap((group) => {
    const lastRow = group.at(-1)
    return lastRow ? [{ entry: toEntry(userId, lastRow, group), lastRow }] : []
  })
}

function isSameEntry(a: StatementRow, b: StatementRow): boolean {
  const planOf = (row: StatementRow) => row.id.slice(0, row.id.lastIndexOf('.'))
  return a.kind === b.kind && a.causeId === b.causeId && planOf(a) === planOf(b)
}

function toEntry(userId: string, row: StatementRow, group: readonly StatementRow[]): StatementEntry {
  const change = (account: 'available' | 'promo' | 'held' | 'receivable') => {
    const id = userAccountId(userId, account)
    const signs = group.map((part) => (part.creditAccountId === id ? 1 : part.debitAccountId === id ? -1 : 0))
    return group.reduce((sum, part, index) => sum + part.amountMicros * (signs[index] ?? 0), 0)
  }
  return {
    id: row.id,
    at_ms: row.createdAtMs,
    kind: row.kind,
    label: label(row, change('receivable')),
    detail: row.clip ?? row.topUp?.paidWith ?? null,
    spendable_change_micros: change('available') + change('promo'),
    held_change_micros: change('held'),
    spendable_after_micros: null,
    job_id: row.jobId,
    top_up_id: row.causeType === 'top_up' ? row.causeId : null,
  }
}

const LABELS: Record<TransferKind, (task: string) => string> = {
  top_up: () => 'Top-up',
  hold: (task) => `Set aside for ${task}`,
  capture: (task) => `Paid for ${task}`,
  release: (task) => `Not needed for ${task}, returned`,
  refund: () => 'Refund to where it was paid from',
  refund_failed: () => 'Refund that did not go through, returned',
  dispute: () => 'Disputed payment, taken back by the bank',
  dispute_reversal: () => 'Disputed payment, returned by the bank',
  promo: () => 'Promotional credit',
  adjustment: () => 'Correction by our team',
  gpu_cost: () => 'GPU cost',
  fee: () => 'Payment fee',
  payout: () => 'Payout',
  write_off: () => 'Debt written off',
}

function named({ kind, causeType, topUp }: StatementRow, task: string): string {
  if (causeType === 'goodwill') return `Given back: not happy with ${task}`
  if (kind === 'top_up' && topUp?.source === 'auto') return 'Automatic top-up'
  return LABELS[kind](task)
}

function label(row: StatementRow, debtPaidMicros: number): string {
  const task = TaskName.safeParse(row.task)
  const text = named(row, task.success ? TASKS[task.data].label : 'a job')
  if (debtPaidMicros < 0) return `${text} (${formatCredits(-debtPaidMicros)} credits of it are now owed)`
  if (debtPaidMicros === 0 || row.kind === 'write_off') return text
  return `${text} (${formatCredits(debtPaidMicros)} credits paid what was owed)`
}
