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

/** What the person wants to be called; empty for nothing. */
export const RenameMe = z.strictObject({ name: z.string().trim().max(80) })
export type RenameMe = z.infer<typeof RenameMe>

export const EndedSessions = z.strictObject({ ended: z.number().int() })

export const StaffMember = z.strictObject({
  id: z.string(),
  email: z.string(),
  name: z.string().nullable(),
  role: Role,
})
export const StaffList = z.array(StaffMember)
export type StaffList = z.infer<typeof StaffList>

/** Who is found by address; they must have signed in once. */
export const SetRole = z.strictObject({ email: z.string().trim().toLowerCase().pipe(z.email().max(254)), role: Role })
export type SetRole = z.infer<typeof SetRole>

export const SessionView = z.strictObject({
  id: z.string(),
  current: z.boolean(),
  user_agent: z.string(),
  created_at_ms: z.number().int(),
  /** To within a few minutes. */
  last_seen_at_ms: z.number().int(),
  /** If nobody uses it before. */
  expires_at_ms: z.number().int(),
})
export type SessionView = z.infer<typeof SessionView>

/** Why an account cannot be deleted yet. */
export const DELETION_BLOCKS = [
  /** A payment is disputed: whose money it is, is open. */
  'dispute_open',
  /** The wallet owes money. */
  'debt',
  /** Stripe has not yet said that a refund went through; should it fail, there must be someone to give it to. */
  'refund_pending',
  /** A bank is still working on a payment. */
  'payment_pending',
  'last_admin',
] as const
export const DeletionBlock = z.enum(DELETION_BLOCKS)
export type DeletionBlock = z.infer<typeof DeletionBlock>

/** What deleting the account would mean right now. */
export const DeletionPreview = z.strictObject({
  /** Whether this session may confirm it, or must sign in anew first. */
  signed_in_recently: z.boolean(),
  blocks: z.array(DeletionBlock),
  /** Paid for and not spent; could be paid back. */
  available_micros: z.number().int(),
  promo_micros: z.number().int(),
  /** Set aside for running jobs: what they do not use comes back. */
  held_micros: z.number().int(),
  live_jobs: z.number().int(),
  files: z.number().int(),
  file_bytes: z.number().int(),
  open_uploads: z.number().int(),
})
export type DeletionPreview = z.infer<typeof DeletionPreview>

export const ConfirmDeletion = z.strictObject({
  /** The account's own address, typed. */
  email: z.string().trim().toLowerCase().max(254),
  /** All credit that was shown: available, promotional and set aside. More than that is not given up. */
  forfeit_micros: z.number().int().min(0),
})
export type ConfirmDeletion = z.infer<typeof ConfirmDeletion>
