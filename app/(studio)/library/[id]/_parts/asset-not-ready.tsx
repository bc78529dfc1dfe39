import { explainError } from '#app/_components/error-messages.ts'
import { Notice } from '#app/_components/ui/notice.tsx'
import { PitchProgress } from '#app/_components/ui/pitch-progress.tsx'
import type { AssetView } from '#lib/contracts/api/uploads.ts'
import { AppError } from '#lib/contracts/errors.ts'

/** Where the player will be. */
export function AssetNotReady({ asset }: { asset: AssetView }) {
  if (asset.problem) {
    const { title, advice } = explainError(new AppError(asset.problem.code, asset.problem.message))
    return (
      <Notice tone="error" title={title}>
        {asset.problem.message} {advice}
      </Notice>
    )
  }
  return (
    <div className="grid aspect-video place-items-center rounded-lg border border-line bg-surface p-8">
      <div className="w-full max-w-xs text-center">
        <p className="mb-4 font-semibold">
          {asset.state === 'uploading' ? 'Still uploading' : 'Reading what is in it'}
        </p>
        <PitchProgress percent={null} label="Checking the clip" size="sm" />
      </div>
    </div>
  )
}
