import { z } from 'zod'
import { TaskName } from '#lib/contracts/tasks/index.ts'
import { JobState } from './jobs.ts'

/** What an operator sees first: how many jobs are where, what needs a look, and the latest jobs with what they earned. */
export const AdminOverview = z.strictObject({
  jobs_by_state: z.record(JobState, z.number().int()),
  open_alarms: z.array(
    z.strictObject({
      id: z.string(),
      kind: z.string(),
      message: z.string(),
      count: z.number().int(),
      raised_at_ms: z.number().int(),
      last_seen_at_ms: z.number().int(),
    }),
  ),
  latest_jobs: z.array(
    z.strictObject({
      id: z.string(),
      user_email: z.string(),
      task: TaskName,
      state: JobState,
      attempts: z.number().int(),
      captured_micros: z.number().int().nullable(),
      gpu_cost_micros: z.number().int().nullable(),
      failure_code: z.string().nullable(),
      created_at_ms: z.number().int(),
      finished_at_ms: z.number().int().nullable(),
    }),
  ),
})
export type AdminOverview = z.infer<typeof AdminOverview>
