/**
 * The one function we use of the adapter. Its own types would load Cloudflare's globals over the DOM's and Node's for the
 * whole program (`paths` in tsconfig.json points here); the code that runs is the package's.
 */
export function getRequestContext(): { env: Record<string, unknown> }
