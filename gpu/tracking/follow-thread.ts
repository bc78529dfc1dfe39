import { parentPort, workerData } from 'node:worker_threads'
import type { Moment, Track } from '#lib/contracts/tasks/track.ts'
import { findMoments } from '#lib/core/tracking/find-moments.ts'
import { trackFrames } from '#lib/core/tracking/track-frames.ts'
import type { TrackingOptions } from '#lib/core/tracking/types.ts'
import { frameTimes, type PackedDetections, unpackDetections } from './detection-log.ts'
import { roundTracks } from './round-tracks.ts'

export interface FollowRequest {
  readonly packed: PackedDetections
  readonly options: TrackingOptions
}

export interface Followed {
  readonly tracks: Track[]
  readonly moments: Moment[]
}

const { packed, options } = workerData as FollowRequest
const tracks = roundTracks(trackFrames(unpackDetections(packed), options))
parentPort?.postMessage({
  tracks,
  moments: findMoments(tracks, frameTimes(packed)),
} satisfies Followed)
