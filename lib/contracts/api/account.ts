import { z } from 'zod'

export const ROLES = ['user', 'admin', 'admin_readonly'] as const
export const Role = z.enum(ROLES)
export type Role = z.infer<typeof Role>

/**
 * How far the deletion of an account has come, in order. An account is closed from the first on: nobody can sign in, spend or upload, its
 * address is free again.
 */
export const DELETION_STATES = [
  'ending_jobs',
  'aborting_uploads',
  'purging_objects',
  'erasing_data',
  /** Links to the store that machines were given may still be good for some hours. */
  'awaiting_links',
  'done',
] as const
export type DeletionState = (typeof DELETION_STATES)[number]

export const MeView = z.strictObject({ id: z.string(), email: z.string(), name: z.string().nullable(), role: Role })
export type MeView = z.infer<typeof MeView>

export const SessionView = z.strictObject({
  id: z.string(),
  current: z.boolean(),
  user_agent: z.string(),
  created_at_ms: z.number().int(),
  expires_at_ms: z.number().int(),
})
export type SessionView = z.infer<typeof SessionView>
