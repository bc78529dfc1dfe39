import type { Page } from '@playwright/test'
import { receipt } from './sample-receipt.ts'
import * as spending from './sample-spending.ts'
import * as views from './sample-views.ts'

/** What an address of the API answers: a view, an error with its status, or nothing at all (still loading). */
export type Answer = { json: unknown } | { status: number; code: string } | 'pending'

export interface Scene {
  name: string
  path: string
  /** By path, query left out. */
  answers?: Readonly<Record<string, Answer>>
  /** Brings the page into the state to be shown. */
  act?: (page: Page) => Promise<void>
}

const ok = (json: unknown): Answer => ({ json })
const session = (id: string, current: boolean, userAgent: string) => ({
  id,
  current,
  user_agent: userAgent,
  created_at_ms: Date.now() - 3 * 86_400_000,
  last_seen_at_ms: Date.now() - 2 * 3_600_000,
  expires_at_ms: Date.now() + 27 * 86_400_000,
})

/** What every page behind the login asks for; a scene's own answers come first. */
export const EVERYWHERE: Readonly<Record<string, Answer>> = {
  '/api/wallet': ok(views.wallet),
  '/api/wallet/statement': ok(views.statement),
  '/api/wallet/settings': ok(spending.settings),
  '/api/jobs/job_match/goodwill': ok(spending.goodwill),
  '/api/jobs': ok(views.noJobs),
  '/api/assets': ok(views.library),
  '/api/assets/ast_match': ok(views.asset()),
  '/api/quotes': ok(views.quote()),
  '/api/status/job_match': ok(views.job()),
  '/api/jobs/job_match/receipt': ok(receipt),
  '/api/admin/overview': ok(views.overview),
  '/api/admin/staff': ok([
    { id: 'usr_1', email: 'operator@reelballers.example', name: 'Robin Operator', role: 'admin' },
    { id: 'usr_2', email: 'books@reelballers.example', name: null, role: 'admin_readonly' },
  ]),
  '/api/sessions': ok([
    session('ses_1', true, 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/149.0 Safari/537.36'),
    session('ses_2', false, 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) Version/19.1 Safari/604.1'),
  ]),
}

const topUp = (state: string): Answer =>
  ok({
    top_up_id: 'top_1',
    state,
    amount_micros: 10_000_000,
    tax_micros: 0,
    paid_with: state === 'credited' ? 'Visa •••• 4242' : null,
    receipt_url: state === 'credited' ? '/wallet' : null,
    invoice_url: null,
    checkout_url: state === 'open' ? '/wallet' : null,
  })
const press = (name: string | RegExp) => async (page: Page) => page.getByRole('button', { name }).first().click()
const jobScene = (name: string, view: unknown, act?: Scene['act']): Scene => ({
  name,
  path: '/jobs/job_match',
  answers: { '/api/status/job_match': ok(view) },
  ...(act ? { act } : {}),
})

/** One clip that is on its way, and one file that is no video. */
async function dropFiles(page: Page): Promise<void> {
  const dataTransfer = await page.evaluateHandle(async () => {
    const transfer = new DataTransfer()
    const clip = await fetch('/sample/match-270p.mp4').then((response) => response.blob())
    transfer.items.add(new File([clip], 'derby.mp4', { type: 'video/mp4', lastModified: 1 }))
    transfer.items.add(new File(['Eleven names.'], 'line-up.txt', { type: 'text/plain', lastModified: 1 }))
    return transfer
  })
  await page.getByRole('heading', { name: 'Library' }).dispatchEvent('drop', { dataTransfer })
}

const PUBLIC: readonly Scene[] = [
  { name: 'landing', path: '/' },
  { name: 'pricing', path: '/pricing' },
  { name: 'terms', path: '/terms' },
  { name: 'privacy', path: '/privacy' },
  { name: 'not-found', path: '/offside' },
]

export const ENTRY: readonly Scene[] = [
  { name: 'account-deleted', path: '/account-deleted' },
  { name: 'sign-in', path: '/sign-in' },
  { name: 'sign-in-error', path: '/sign-in?error=link_expired' },
  { name: 'sign-in-sent', path: '/sign-in/sent?email=coach%40riverside-fc.example' },
  {
    name: 'sign-in-confirm',
    path: '/sign-in/confirm?token=sample&email=coach%40riverside-fc.example&callbackUrl=%2Flibrary',
  },
  { name: 'sign-in-confirm-broken', path: '/sign-in/confirm' },
]

const WALLET: readonly Scene[] = [
  { name: 'wallet', path: '/wallet' },
  { name: 'wallet-custom', path: '/wallet?add=1&amount=1234' },
  {
    name: 'wallet-empty',
    path: '/wallet',
    answers: { '/api/wallet': ok(views.emptyWallet), '/api/wallet/statement': ok(views.emptyStatement) },
  },
  {
    name: 'wallet-no-limits',
    path: '/wallet?add=1&save=1',
    answers: { '/api/wallet/settings': ok(spending.noSettings), '/api/wallet/statement': ok(views.emptyStatement) },
  },
  {
    name: 'wallet-stopped',
    path: '/wallet',
    answers: { '/api/wallet/settings': ok(spending.stoppedSettings) },
  },
  { name: 'wallet-cap', path: '/wallet', act: press('Change') },
  {
    name: 'wallet-auto-top-up',
    path: '/wallet',
    act: async (page) =>
      page
        .getByRole('region', { name: 'Automatic top-up', exact: true })
        .getByRole('button', { name: 'Change' })
        .click(),
  },
  { name: 'wallet-frozen', path: '/wallet', answers: { '/api/wallet': ok(views.frozenWallet) } },
  {
    name: 'wallet-loading',
    path: '/wallet',
    answers: { '/api/wallet': 'pending', '/api/wallet/statement': 'pending', '/api/wallet/settings': 'pending' },
  },
  { name: 'wallet-error', path: '/wallet', answers: { '/api/wallet/statement': { status: 503, code: 'unavailable' } } },
  { name: 'top-up-confirming', path: '/wallet/top-up/top_1', answers: { '/api/wallet/top-ups/top_1': topUp('open') } },
  {
    name: 'top-up-credited',
    path: '/wallet/top-up/top_1',
    answers: { '/api/wallet/top-ups/top_1': topUp('credited') },
  },
  { name: 'top-up-failed', path: '/wallet/top-up/top_1', answers: { '/api/wallet/top-ups/top_1': topUp('failed') } },
]

const deletion = (change: object = {}): Answer =>
  ok({
    signed_in_recently: true,
    blocks: [],
    available_micros: 12_340_000,
    promo_micros: 500_000,
    held_micros: 1_200_000,
    live_jobs: 1,
    files: 14,
    file_bytes: 8_123_456_789,
    open_uploads: 0,
    ...change,
  })
const deletionScene = (name: string, answer: Answer, act?: Scene['act']): Scene => ({
  name,
  path: '/account/delete',
  answers: { '/api/account/deletion': answer },
  ...(act ? { act } : {}),
})

const ACCOUNT: readonly Scene[] = [
  { name: 'account', path: '/account' },
  { name: 'account-loading', path: '/account', answers: { '/api/sessions': 'pending' } },
  {
    name: 'account-error',
    path: '/account',
    answers: {
      '/api/sessions': { status: 503, code: 'unavailable' },
      '/api/account/export': { status: 429, code: 'rate_limited' },
    },
    act: press('Download my data'),
  },
  deletionScene('account-delete', deletion()),
  deletionScene(
    'account-delete-empty',
    deletion({ available_micros: 0, promo_micros: 0, held_micros: 0, live_jobs: 0, files: 0, file_bytes: 0 }),
  ),
  deletionScene('account-delete-again', deletion({ signed_in_recently: false })),
  deletionScene('account-delete-blocked', deletion({ blocks: ['dispute_open', 'refund_pending'] })),
  deletionScene('account-delete-loading', 'pending'),
  deletionScene('account-delete-error', { status: 503, code: 'unavailable' }),
]

const LIBRARY: readonly Scene[] = [
  { name: 'library', path: '/library' },
  { name: 'library-empty', path: '/library', answers: { '/api/assets': ok(views.emptyLibrary) } },
  {
    name: 'library-uploading',
    path: '/library',
    answers: {
      '/api/uploads': ok(views.upload),
      '/api/uploads/upl_1/parts': ok({ urls: [{ part_number: 1, url: '/api/never' }] }),
      '/api/never': 'pending',
    },
    act: dropFiles,
  },
  { name: 'library-loading', path: '/library', answers: { '/api/assets': 'pending' } },
  { name: 'library-error', path: '/library', answers: { '/api/assets': { status: 503, code: 'unavailable' } } },
  {
    name: 'library-rename',
    path: '/library',
    act: async (page) => {
      await press(/^Actions for Embers/)(page)
      await page.getByRole('menuitem', { name: 'Rename' }).click()
    },
  },
  {
    name: 'library-delete',
    path: '/library',
    act: async (page) => {
      await press(/^Actions for Embers/)(page)
      await page.getByRole('menuitem', { name: 'Delete' }).click()
    },
  },
  {
    name: 'clip',
    path: '/library/ast_match',
    answers: { '/api/jobs': ok({ ...views.jobs, jobs: [views.succeeded] }) },
  },
  {
    name: 'clip-shortfall',
    path: '/library/ast_match',
    answers: {
      '/api/quotes': ok(
        views.quote({
          spendable_micros: 20_000,
          balance_after_micros: -85_600,
          notes: ['H.264 ends at 4096 pixels; the result is encoded as HEVC.'],
        }),
      ),
    },
  },
  {
    name: 'clip-quote-error',
    path: '/library/ast_match',
    answers: { '/api/quotes': { status: 503, code: 'task_paused' } },
  },
  { name: 'clip-checking', path: '/library/ast_match', answers: { '/api/assets/ast_match': ok(views.checking) } },
  { name: 'clip-rejected', path: '/library/ast_match', answers: { '/api/assets/ast_match': ok(views.rejected) } },
]

const JOBS: readonly Scene[] = [
  { name: 'jobs', path: '/jobs', answers: { '/api/jobs': ok(views.jobs) } },
  { name: 'jobs-empty', path: '/jobs' },
  { name: 'jobs-loading', path: '/jobs', answers: { '/api/jobs': 'pending' } },
  jobScene('job-queued', views.queued),
  jobScene(
    'job-starting',
    views.job({ live_frame_url: null }, { stage: 'starting', percent: 2, frame: 0, eta_s: null }),
  ),
  jobScene('job-processing', views.job()),
  jobScene(
    'job-saving',
    views.job({ state: 'finalizing', cancel_price_micros: null }, { stage: 'saving', percent: 98, frame: 200 }),
  ),
  jobScene('job-cancel', views.job(), press('Cancel job')),
  jobScene('job-succeeded', views.succeeded),
  jobScene('job-result', views.succeeded, async (page) => page.getByRole('radio', { name: 'Result' }).click()),
  jobScene('job-refund', views.succeeded, press('Not happy? Refund')),
  jobScene('job-run-again', views.succeeded, press('Run again')),
  jobScene('job-failed-ours', views.failed('worker_lost', 'us', 'No heartbeat for 60 s.')),
  jobScene('job-failed-file', views.failed('decode_failed', 'input', 'Frame 88: invalid NAL unit size.')),
  jobScene('job-canceled', views.canceled),
  {
    name: 'job-not-found',
    path: '/jobs/job_match',
    answers: { '/api/status/job_match': { status: 404, code: 'not_found' } },
  },
  { name: 'receipt', path: '/jobs/job_match/receipt' },
]

export const MEMBER: readonly Scene[] = [...WALLET, ...ACCOUNT, ...LIBRARY, ...JOBS, { name: 'admin', path: '/admin' }]
export const STRANGER: readonly Scene[] = [...PUBLIC, ...ENTRY]
