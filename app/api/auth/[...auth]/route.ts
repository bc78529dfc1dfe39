import type { AuthSettings } from '#app/api/auth/auth-config.ts'
import { handleAuth } from '#app/api/auth/handle-auth.ts'
import { readEnv } from '#lib/platform/container.ts'
import { route } from '#lib/platform/route.ts'

export const runtime = 'edge'

const handler = route({ auth: 'public' }, ({ ctx, request }) => handleAuth({ ctx, request, auth: authSettings() }))

export { handler as GET, handler as POST }

function authSettings(): AuthSettings {
  const env = readEnv()
  return {
    secret: env.AUTH_SECRET,
    google: client(env.AUTH_GOOGLE_ID, env.AUTH_GOOGLE_SECRET),
    github: client(env.AUTH_GITHUB_ID, env.AUTH_GITHUB_SECRET),
  }
}

function client(clientId: string | undefined, clientSecret: string | undefined) {
  return clientId && clientSecret ? { clientId, clientSecret } : null
}
