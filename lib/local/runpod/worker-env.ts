type WorkerEnvInput = {
  /** The API base the stand-in (or RunPod) serves, with `/v2`. */
  url: string
  workerKey: string
  endpointId: string
  podId: string
  pingIntervalMs?: number
}

/** The variables RunPod starts a serverless worker with; `$ID` and `$RUNPOD_POD_ID` are left for the worker to fill in. */
export function workerEnv(input: WorkerEnvInput): Record<string, string> {
  const base = `${input.url}/${input.endpointId}`
  return {
    RUNPOD_ENDPOINT_ID: input.endpointId,
    RUNPOD_POD_ID: input.podId,
    RUNPOD_AI_API_KEY: input.workerKey,
    RUNPOD_PING_INTERVAL: String(input.pingIntervalMs ?? 10_000),
    RUNPOD_WEBHOOK_GET_JOB: `${base}/job-take/$ID?gpu=local`,
    RUNPOD_WEBHOOK_POST_OUTPUT: `${base}/job-done/$RUNPOD_POD_ID/$ID?gpu=local`,
    RUNPOD_WEBHOOK_POST_STREAM: `${base}/job-stream/$RUNPOD_POD_ID/$ID?gpu=local`,
    RUNPOD_WEBHOOK_PING: `${base}/ping/$RUNPOD_POD_ID`,
  }
}
