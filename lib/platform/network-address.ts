import { limitedAddress } from '#lib/core/accounts/limited-address.ts'

/** What a request's network counts as. Cloudflare sets the header and nobody can forge it there; on a laptop all are one. */
export function networkOf(request: Request): string {
  return limitedAddress(request.headers.get('cf-connecting-ip') ?? 'local')
}
