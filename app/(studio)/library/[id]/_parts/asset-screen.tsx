'use client'

import { Download, Scissors } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useSWRConfig } from 'swr'
import { AnalysisPanel } from '#app/_components/analysis/analysis-panel.tsx'
import { AssetMenu } from '#app/_components/asset/asset-menu.tsx'
import { PreparationNotice } from '#app/_components/asset/preparation-notice.tsx'
import { useOpenStudio } from '#app/_components/asset/use-open-studio.ts'
import { assetPath, useAsset } from '#app/_components/data/use-asset.ts'
import { PageHeader } from '#app/_components/shell/page-header.tsx'
import { Button, ButtonAnchor } from '#app/_components/ui/button.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Loading, Skeleton } from '#app/_components/ui/skeleton.tsx'
import { UpscalePanel } from '#app/_components/upscale/upscale-panel.tsx'
import { Player } from '#app/_components/video/player.tsx'
import type { AssetView } from '#lib/contracts/api/uploads.ts'
import type { UpscaleModelName } from '#lib/contracts/tasks/upscale.ts'
import { AssetFacts } from './asset-facts.tsx'
import { AssetJobs } from './asset-jobs.tsx'
import { AssetNotReady } from './asset-not-ready.tsx'

const BACK = { href: '/library', label: 'Library' }

export function AssetScreen({ id, models }: { id: string; models: readonly UpscaleModelName[] }) {
  const { data: asset, error, mutate } = useAsset(id)
  if (error && !asset) {
    return (
      <>
        <PageHeader title="Clip" back={BACK} />
        <ErrorNotice error={error} onRetry={() => void mutate()} />
      </>
    )
  }
  return asset ? <Loaded asset={asset} models={models} /> : <AssetSkeleton />
}

function Loaded({ asset, models }: { asset: AssetView; models: readonly UpscaleModelName[] }) {
  const router = useRouter()
  const { mutate } = useSWRConfig()
  const { facts, url } = asset
  const showsPreparation = asset.state === 'ready' && asset.preparation !== null && asset.proxy_url === null
  const setAsset = (next: AssetView) => void mutate(assetPath(asset.id), next, { revalidate: false })
  const studio = useOpenStudio(asset.id)
  return (
    <>
      <PageHeader
        title={asset.file_name}
        back={BACK}
        actions={
          <>
            {asset.state === 'ready' ? (
              <Button tone="primary" size="sm" busy={studio.busy} onClick={studio.open}>
                <Scissors aria-hidden />
                Edit
              </Button>
            ) : null}
            {asset.download_url ? (
              <ButtonAnchor href={asset.download_url} size="sm">
                <Download aria-hidden />
                Download
              </ButtonAnchor>
            ) : null}
            <AssetMenu asset={asset} onRenamed={setAsset} onDeleted={() => router.push('/library')} />
          </>
        }
      />
      {studio.error ? (
        <div className="mb-6">
          <ErrorNotice error={studio.error} onRetry={studio.open} />
        </div>
      ) : null}
      <div className="grid grid-cols-1 gap-6 lg:grid-cols-[minmax(0,1fr)_22rem] lg:items-start">
        <div className="flex flex-col gap-6 max-lg:contents">
          {showsPreparation ? (
            <PreparationNotice asset={asset} onChanged={setAsset} />
          ) : asset.state === 'ready' && facts && url ? (
            <Player
              src={asset.proxy_url ?? url}
              poster={asset.poster_url ?? undefined}
              name={asset.file_name}
              aspect={facts.width / facts.height}
            />
          ) : (
            <AssetNotReady asset={asset} />
          )}
          <div className="max-lg:order-3">
            <AssetFacts asset={asset} />
          </div>
          {asset.state === 'ready' ? (
            <div className="max-lg:order-3">
              <AnalysisPanel asset={asset} />
            </div>
          ) : null}
          <div className="max-lg:order-4">
            <AssetJobs assetId={asset.id} />
          </div>
        </div>
        {asset.state === 'ready' && facts ? <UpscalePanel assetId={asset.id} facts={facts} models={models} /> : null}
      </div>
    </>
  )
}

function AssetSkeleton() {
  return (
    <Loading label="Loading clip">
      <Skeleton className="h-4 w-20" />
      <Skeleton className="mt-4 mb-8 h-8 w-72 max-w-full" />
      <div className="grid gap-6 lg:grid-cols-[1fr_22rem]">
        <Skeleton className="aspect-video w-full rounded-lg" />
        <Skeleton className="h-[40rem] w-full rounded-xl" />
      </div>
    </Loading>
  )
}
