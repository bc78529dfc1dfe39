import { z } from 'zod'

export const ROLES = ['user', 'admin', 'admin_readonly'] as const
export const Role = z.enum(ROLES)
export type Role = z.infer<typeof Role>

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
