import { z } from 'zod'

const SECOND_MS = 1000
const WEEK_MS = 7 * 24 * 3600 * SECOND_MS

/** https://docs.runpod.io/serverless/endpoints/send-requests, "Execution policies". */
const Policy = z.object({
  executionTimeout: z
    .int()
    .min(5 * SECOND_MS)
    .max(WEEK_MS)
    .default(600 * SECOND_MS),
  ttl: z
    .int()
    .min(10 * SECOND_MS)
    .max(WEEK_MS)
    .default(24 * 3600 * SECOND_MS),
  lowPriority: z.boolean().default(false),
})

const S3Config = z.object({
  accessId: z.string(),
  accessSecret: z.string(),
  bucketName: z.string(),
  endpointUrl: z.url(),
  objectPath: z.string().optional(),
})

/** The body of `/run` and `/runsync`. Other top-level keys are ignored, as RunPod does. */
export const Submission = z.object({
  input: z.unknown().refine((input) => input !== undefined && input !== null, 'is required'),
  webhook: z.url({ protocol: /^https?$/ }).optional(),
  webhookV2: z.undefined('is not supported by this stand-in').optional(),
  s3Config: S3Config.optional(),
  policy: Policy.prefault({}),
})
export type Submission = z.infer<typeof Submission>

/** The first problem, as `policy.ttl: Too small…`. */
export function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0]
  return issue === undefined ? 'invalid' : `${issue.path.join('.') || 'body'}: ${issue.message}`
}
