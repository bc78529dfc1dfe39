import { PROJECT_VERSION, type ProjectDocument } from '#lib/contracts/project.ts'

/** A project as it begins: the whole video, no clips, no crop, no highlight. */
export function newProject(assetId: string): ProjectDocument {
  return {
    version: PROJECT_VERSION,
    asset_id: assetId,
    clips: [],
    crop: { aspect: 'source', keyframes: [], smoothing: 0, fill: 'crop' },
    highlights: { effect: 'spotlight', regions: [] },
    tracks: { asset_id: null, identities: [] },
    scenes: { threshold: 30, min_scene_length: 1 },
    export: {
      mode: 'reel',
      burn_labels: false,
      format: 'mp4',
      codec: 'h264',
      quality: 'high',
      upscale: false,
      upscale_scale: 2,
    },
  }
}
