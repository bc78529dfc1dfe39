import { S3Error } from './s3-error.ts'
import { header, type S3Request } from './s3-request.ts'

/** The preconditions of one request; times are milliseconds at whole seconds, as HTTP dates are. */
export type Conditions = {
  ifMatch: string[] | undefined
  ifNoneMatch: string[] | undefined
  ifModifiedSinceMs: number | undefined
  ifUnmodifiedSinceMs: number | undefined
}

type Version = { etag: string; modifiedMs: number }

/** @param prefix '' for the request's own object, 'x-amz-copy-source-' for the source of a copy. */
export function parseConditions(request: S3Request, prefix: '' | 'x-amz-copy-source-' = ''): Conditions {
  return {
    ifMatch: parseEtags(header(request, `${prefix}if-match`)),
    ifNoneMatch: parseEtags(header(request, `${prefix}if-none-match`)),
    ifModifiedSinceMs: parseHttpDate(header(request, `${prefix}if-modified-since`)),
    ifUnmodifiedSinceMs: parseHttpDate(header(request, `${prefix}if-unmodified-since`)),
  }
}

/** RFC 9110 §13.2.2: an ETag condition that holds silences the time condition beside it. */
export function evaluateRead(conditions: Conditions, version: Version): 'proceed' | 'not-modified' | 'failed' {
  const { ifMatch, ifNoneMatch, ifModifiedSinceMs, ifUnmodifiedSinceMs } = conditions
  if (ifMatch) {
    if (!matches(ifMatch, version.etag)) return 'failed'
  } else if (ifUnmodifiedSinceMs !== undefined && wholeSeconds(version) > ifUnmodifiedSinceMs) return 'failed'
  if (ifNoneMatch) return matches(ifNoneMatch, version.etag) ? 'not-modified' : 'proceed'
  return ifModifiedSinceMs !== undefined && wholeSeconds(version) <= ifModifiedSinceMs ? 'not-modified' : 'proceed'
}

/**
 * Throws PreconditionFailed unless every condition holds for what is stored now (undefined: nothing).
 * Source: https://developers.cloudflare.com/r2/api/s3/conditional-operations/
 */
export function checkWrite(conditions: Conditions, current: Version | undefined): void {
  const { ifMatch, ifNoneMatch, ifModifiedSinceMs, ifUnmodifiedSinceMs } = conditions
  const holds = current
    ? (!ifMatch || matches(ifMatch, current.etag)) &&
      (!ifNoneMatch || !matches(ifNoneMatch, current.etag)) &&
      (ifModifiedSinceMs === undefined || wholeSeconds(current) > ifModifiedSinceMs) &&
      (ifUnmodifiedSinceMs === undefined || wholeSeconds(current) <= ifUnmodifiedSinceMs)
    : !ifMatch && ifModifiedSinceMs === undefined
  if (!holds) throw preconditionFailed()
}

export function preconditionFailed(): S3Error {
  return new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold.')
}

function matches(etags: string[], etag: string): boolean {
  return etags.includes('*') || etags.includes(etag)
}

function parseEtags(value: string | undefined): string[] | undefined {
  return value?.split(',').map((etag) => etag.trim().replace(/^"(.*)"$/, '$1'))
}

function parseHttpDate(value: string | undefined): number | undefined {
  const time = value === undefined ? Number.NaN : Date.parse(value)
  return Number.isNaN(time) ? undefined : time
}

function wholeSeconds(version: Version): number {
  return Math.floor(version.modifiedMs / 1000) * 1000
}
