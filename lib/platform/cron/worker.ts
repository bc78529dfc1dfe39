/** The scheduled Worker that stands beside the Pages project, which has no cron triggers: it calls the reconciler every minute. */
interface CronEnv {
  APP_URL: string
  RECONCILE_SECRET: string
}

const TIMEOUT_MS = 50_000

export default {
  async scheduled(_event: unknown, env: CronEnv): Promise<void> {
    const response = await fetch(`${env.APP_URL}/api/reconcile`, {
      method: 'POST',
      headers: { authorization: `Bearer ${env.RECONCILE_SECRET}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    // A tick that fails is a failed invocation, which Cloudflare counts and can alert on.
    if (!response.ok) throw new Error(`The reconciler answered ${response.status}.`)
  },
}
