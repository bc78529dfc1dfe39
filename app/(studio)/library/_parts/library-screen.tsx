'use client'

import { Upload } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { AssetCard } from '#app/_components/asset/asset-card.tsx'
import { ASSETS_PATH, assetListDelay } from '#app/_components/data/asset-list.ts'
import { usePages } from '#app/_components/data/use-pages.ts'
import { PageHeader } from '#app/_components/shell/page-header.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Loading, Skeleton } from '#app/_components/ui/skeleton.tsx'
import { useUploader } from '#app/_components/upload/use-uploader.ts'
import { AssetList } from '#lib/contracts/api/uploads.ts'
import { DropArea } from './drop-area.tsx'
import { StorageMeter } from './storage-meter.tsx'
import { UploadList } from './upload-list.tsx'

const GRID = 'grid grid-cols-1 gap-x-5 gap-y-7 min-[28rem]:grid-cols-2 xl:grid-cols-3'

export function LibraryScreen() {
  const uploader = useUploader()
  const library = usePages(ASSETS_PATH, AssetList, assetListDelay)
  const { pages, error, mutate } = library
  useRefreshWhenUploaded(uploader.uploads.filter((u) => u.state === 'done').length, () => void mutate())

  const busy = new Set(uploader.uploads.filter((u) => u.state !== 'done').map((u) => u.assetId))
  const assets = pages?.flatMap((page) => page.assets).filter((a) => a.state !== 'uploading' && !busy.has(a.id))
  const empty = assets?.length === 0 && uploader.uploads.length === 0
  const [first] = pages ?? []

  return (
    <DropArea onDrop={(transfer) => void uploader.drop(transfer)}>
      <PageHeader
        title="Library"
        actions={
          <Button tone="primary" onClick={() => void uploader.pick()}>
            <Upload aria-hidden />
            Upload clips
          </Button>
        }
      >
        <StorageMeter usage={first ? { usedBytes: first.used_bytes, limitBytes: first.limit_bytes } : null} />
      </PageHeader>
      <UploadList uploader={uploader} />
      {error && !assets ? <ErrorNotice error={error} onRetry={() => void mutate()} /> : null}
      {!assets && !error ? <GridSkeleton /> : null}
      {empty ? <EmptyLibrary onPick={() => void uploader.pick()} /> : null}
      {assets && assets.length > 0 ? (
        <>
          <h2 className="sr-only">Your clips</h2>
          <ul className={GRID}>
            {assets.map((asset) => (
              <AssetCard key={asset.id} asset={asset} onChanged={() => void mutate()} />
            ))}
          </ul>
        </>
      ) : null}
      {library.hasMore ? (
        <div className="mt-8 text-center">
          <Button busy={library.isLoadingMore} onClick={() => void library.loadMore()}>
            Show more
          </Button>
        </div>
      ) : null}
    </DropArea>
  )
}

function EmptyLibrary({ onPick }: { onPick: () => void }) {
  return (
    <EmptyState
      title="Kick off with a clip"
      action={
        <Button tone="primary" onClick={onPick}>
          <Upload aria-hidden />
          Choose a video
        </Button>
      }
    >
      Drop a video anywhere on this page, or choose one. MP4, MOV, MKV and WebM up to 20 GB; a lost connection costs
      nothing, it goes on where it stopped.
    </EmptyState>
  )
}

function GridSkeleton() {
  return (
    <Loading label="Loading your clips">
      <div className={GRID}>
        {['a', 'b', 'c', 'd', 'e', 'f'].map((key) => (
          <div key={key}>
            <Skeleton className="aspect-video w-full rounded-lg" />
            <Skeleton className="mt-3 h-4 w-2/3" />
            <Skeleton className="mt-2 h-3.5 w-1/2" />
          </div>
        ))}
      </div>
    </Loading>
  )
}

function useRefreshWhenUploaded(doneCount: number, refresh: () => void): void {
  const seen = useRef(doneCount)
  const latest = useRef(refresh)
  latest.current = refresh
  useEffect(() => {
    if (doneCount > seen.current) latest.current()
    seen.current = doneCount
  }, [doneCount])
}
