import { z } from 'zod'
import { TASKS } from '#lib/contracts/tasks/index.ts'
import { CompleteCallback, ErrorCallback, ProgressCallback, StartCallback } from '#lib/contracts/worker.ts'
import type { Call, Person } from './attack-world.ts'

/** What an attacker's tests must know of a route beyond what its schemas say. */
export interface RouteEntry {
  /** Who may call it. `public` needs a reason: what protects it instead of a session. */
  auth: 'user' | 'admin' | { public: string }
  /** A good request that names what belongs to someone else. It must end as 404 and change nothing. Absent: the route takes no ids. */
  foreign?: (victim: Person) => Call
  /** Why the ids it takes need no such test. */
  idsAreHarmless?: string
  /** Good values for the parameters of its address, where they are no ids. */
  params?: readonly Record<string, string>[]
  /** Schemas of bodies, where the route's own says less than what its service takes. */
  bodies?: readonly z.ZodType[]
  /** Keys it does not know are skipped: the sender is a vendor that adds some. */
  looseBody?: true
  /** The handler reads the body for itself, under this type. */
  rawBody?: string
  /** What lets a request through the door, so that what lies behind is tried, too. */
  credentials?: (person: Person) => Pick<Call, 'headers' | 'query'>
}

const OPERATORS = 'operators act on what is anyone’s'

const idOf = (id: string) => ({ params: { id } })

const taskOrders = Object.entries(TASKS).map(([task, { params }]) =>
  z.strictObject({ asset_id: z.string(), task: z.literal(task), params }),
)

/** Every route of the product. One that is missing here fails the tests: say who may call it, and whose ids it takes. */
export const ROUTE_TABLE: Readonly<Record<string, RouteEntry>> = {
  'GET /api/account/deletion': { auth: 'user' },
  'POST /api/account/deletion': { auth: 'user' },
  'POST /api/account/export': { auth: 'user' },

  'GET /api/admin/overview': { auth: 'admin' },
  'GET /api/admin/staff': { auth: 'admin' },
  'POST /api/admin/staff': { auth: 'admin', idsAreHarmless: OPERATORS },
  'POST /api/admin/users/[id]/promo': { auth: 'admin', idsAreHarmless: OPERATORS },
  'GET /api/admin/stripe-events': { auth: 'admin' },
  'POST /api/admin/stripe-events/[id]/replay': { auth: 'admin', idsAreHarmless: 'events are nobody’s; admins see all' },

  'GET /api/assets': { auth: 'user' },
  'GET /api/assets/[id]': { auth: 'user', foreign: ({ ids }) => idOf(ids.asset) },
  'PATCH /api/assets/[id]': {
    auth: 'user',
    foreign: ({ ids }) => ({ ...idOf(ids.asset), body: { file_name: 'mine now.mp4' } }),
  },
  'DELETE /api/assets/[id]': { auth: 'user', foreign: ({ ids }) => idOf(ids.asset) },

  'GET /api/assets/[id]/analyses': { auth: 'user', foreign: ({ ids }) => idOf(ids.asset) },
  'POST /api/assets/[id]/ingest': { auth: 'user', foreign: ({ ids }) => idOf(ids.asset) },

  'GET /api/auth/[...auth]': {
    auth: { public: 'where sessions come from; providers answer here, bound to the browser by state and PKCE' },
    params: [{ auth: 'callback/google' }, { auth: 'callback/github' }, { auth: 'session' }, { auth: 'callback/email' }],
  },
  'POST /api/auth/[...auth]': {
    auth: { public: 'where sessions come from; checks the Origin itself' },
    params: [{ auth: 'signin/email' }, { auth: 'confirm' }, { auth: 'signout' }, { auth: 'signin/google' }],
    rawBody: 'application/x-www-form-urlencoded',
  },

  'POST /api/debit': { auth: 'user', foreign: ({ ids }) => ({ body: { quote_id: ids.quote } }) },
  'GET /api/health': { auth: { public: 'a constant' } },

  'GET /api/jobs': { auth: 'user', idsAreHarmless: 'asset_id narrows the list of the user’s own jobs' },
  'POST /api/jobs/[id]/cancel': {
    auth: 'user',
    foreign: ({ ids }) => ({ ...idOf(ids.job), body: { shown_price_micros: 1_000_000 } }),
  },
  'GET /api/jobs/[id]/goodwill': { auth: 'user', foreign: ({ ids }) => idOf(ids.job) },
  'POST /api/jobs/[id]/goodwill': {
    auth: 'user',
    foreign: ({ ids }) => ({ ...idOf(ids.job), body: { reason: 'artifacts' } }),
  },
  'GET /api/jobs/[id]/receipt': { auth: 'user', foreign: ({ ids }) => idOf(ids.job) },
  'GET /api/status/[job_id]': { auth: 'user', foreign: ({ ids }) => ({ params: { job_id: ids.job } }) },

  'GET /api/me': { auth: 'user' },
  'PATCH /api/me': { auth: 'user' },

  'GET /api/projects': { auth: 'user', idsAreHarmless: 'asset_id narrows the list of the user’s own projects' },
  'POST /api/projects': { auth: 'user', foreign: ({ ids }) => ({ body: { asset_id: ids.asset } }) },
  'GET /api/projects/[id]': { auth: 'user', foreign: ({ ids }) => idOf(ids.project) },
  'PUT /api/projects/[id]': {
    auth: 'user',
    foreign: ({ ids, project }) => ({
      ...idOf(ids.project),
      body: { document: project, base_revision: 1, save_id: 'save-0001' },
    }),
  },
  'PATCH /api/projects/[id]': {
    auth: 'user',
    foreign: ({ ids }) => ({ ...idOf(ids.project), body: { name: 'Mine' } }),
  },
  'DELETE /api/projects/[id]': { auth: 'user', foreign: ({ ids }) => idOf(ids.project) },
  'POST /api/projects/[id]/copies': { auth: 'user', foreign: ({ ids }) => ({ ...idOf(ids.project), body: {} }) },
  'POST /api/projects/[id]/restore': { auth: 'user', foreign: ({ ids }) => idOf(ids.project) },
  'GET /api/projects/[id]/versions': { auth: 'user', foreign: ({ ids }) => idOf(ids.project) },
  'GET /api/projects/[id]/versions/[revision]': {
    auth: 'user',
    foreign: ({ ids }) => ({ params: { id: ids.project, revision: '1' } }),
  },

  'POST /api/quotes': {
    auth: 'user',
    foreign: ({ ids }) => ({
      body: { asset_id: ids.asset, task: 'upscale', params: { model: 'reelsr-fast', scale: 2 } },
    }),
    bodies: taskOrders,
  },

  'POST /api/reconcile': { auth: { public: 'the scheduler’s bearer token' } },

  'GET /api/sessions': { auth: 'user' },
  'DELETE /api/sessions': { auth: 'user' },
  'DELETE /api/sessions/[id]': { auth: 'user', foreign: ({ ids }) => idOf(ids.session) },

  'POST /api/uploads': { auth: 'user' },
  'GET /api/uploads/[id]': { auth: 'user', foreign: ({ ids }) => idOf(ids.upload) },
  'DELETE /api/uploads/[id]': { auth: 'user', foreign: ({ ids }) => idOf(ids.upload) },
  'POST /api/uploads/[id]/parts': {
    auth: 'user',
    foreign: ({ ids }) => ({ ...idOf(ids.upload), body: { part_numbers: [1] } }),
  },
  'POST /api/uploads/[id]/complete': {
    auth: 'user',
    foreign: ({ ids }) => ({ ...idOf(ids.upload), body: { parts: [{ part_number: 1, etag: '"x"' }] } }),
  },

  'GET /api/wallet': { auth: 'user' },
  'DELETE /api/wallet/card': { auth: 'user' },
  'GET /api/wallet/settings': { auth: 'user' },
  'PATCH /api/wallet/settings': { auth: 'user' },
  'GET /api/wallet/refunds': { auth: 'user' },
  'POST /api/wallet/refunds': { auth: 'user', idsAreHarmless: 'click_id is the page’s own, and unique per user' },
  'GET /api/wallet/statement': {
    auth: 'user',
    idsAreHarmless: 'job_id narrows the statement of the user’s own transfers',
  },
  'GET /api/wallet/statement.csv': {
    auth: 'user',
    idsAreHarmless: 'job_id narrows the statement of the user’s own transfers',
  },
  'POST /api/wallet/top-ups': {
    auth: 'user',
    idsAreHarmless: 'click_id is the page’s own, and counts for its user alone',
  },
  'GET /api/wallet/top-ups/[id]': { auth: 'user', foreign: ({ ids }) => idOf(ids.topUp) },

  'POST /api/webhook/runpod': {
    auth: { public: 'the callback token in its address' },
    idsAreHarmless: 'the token is good for one attempt (webhooks.test.ts)',
    looseBody: true,
    credentials: ({ ids, workerToken }) => ({ query: `?attempt=${ids.attempt}&token=${workerToken}` }),
  },
  'POST /api/webhook/stripe': { auth: { public: 'Stripe’s signature' }, rawBody: 'application/json' },
  'POST /api/worker/[event]': {
    auth: { public: 'the callback token as bearer' },
    idsAreHarmless: 'the token is good for one attempt (webhooks.test.ts)',
    looseBody: true,
    params: ['start', 'progress', 'complete', 'error'].map((event) => ({ event })),
    bodies: [StartCallback, ProgressCallback, CompleteCallback, ErrorCallback],
    credentials: ({ workerToken }) => ({ headers: { authorization: `Bearer ${workerToken}` } }),
  },
}
