import { ingestVideo } from '#gpu/ingest/ingest-video.ts'
import type { IngestParams } from '#lib/contracts/tasks/ingest.ts'
import { keepReporting } from './keep-reporting.ts'
import type { TaskContext, TaskRun } from './task-handler.ts'

/** A version every browser plays, with pictures for the timeline. */
export function ingest(_params: IngestParams, context: TaskContext): Promise<TaskRun> {
  return keepReporting(context, ingestVideo)
}
