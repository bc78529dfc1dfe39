'use client'

import { useEffect, useState } from 'react'
import { useAsset } from '#app/_components/data/use-asset.ts'
import { ButtonLink } from '#app/_components/ui/button.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Notice } from '#app/_components/ui/notice.tsx'
import { Loading, Skeleton } from '#app/_components/ui/skeleton.tsx'
import { useUploader } from '#app/_components/upload/use-uploader.ts'
import { type OpenedSession, openSession } from '#app/(studio)/studio/_editor/session/open-session.ts'
import type { AssetView } from '#lib/contracts/api/uploads.ts'
import type { OpenedProject, StudioEditor } from './studio-editor.tsx'

type Editor = typeof StudioEditor

/**
 * The editor, once it is there: loaded by an effect, so in the browser only, because the server has neither a canvas nor workers. Not by
 * `dynamic(…, { ssr: false })`: Next leaves an empty `async()=>{}` of that in the server's page, and next-on-pages 1.13 puts its name for an
 * empty module in place of the last `()=>{}` of a page, whosever it is, so that the page does not start.
 */
function useEditor(): { readonly Editor: Editor | null; readonly problem: unknown } {
  const [state, setState] = useState<{ Editor: Editor | null; problem: unknown }>({ Editor: null, problem: null })
  useEffect(() => {
    let left = false
    import('./studio-editor.tsx').then(
      ({ StudioEditor: Editor }) => left || setState({ Editor, problem: null }),
      (problem: unknown) => left || setState({ Editor: null, problem }),
    )
    return () => {
      left = true
    }
  }, [])
  return state
}

/** Opens a project; until it is there, says what is being waited for, or why it will not come. */
export function StudioScreen({ projectId }: { projectId: string }) {
  const [round, setRound] = useState(0)
  const [opened, setOpened] = useState<OpenedSession | null>(null)
  const [error, setError] = useState<unknown>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round tries again
  useEffect(() => {
    const left = new AbortController()
    let close = () => {}
    setError(null)
    openSession(projectId, left.signal).then(
      (result) => {
        if ('session' in result) close = () => result.session.close()
        setOpened(result)
      },
      (problem: unknown) => {
        if (!left.signal.aborted) setError(problem)
      },
    )
    return () => {
      left.abort()
      close()
    }
  }, [projectId, round])

  if (error) {
    return (
      <Centred>
        <ErrorNotice error={error} onRetry={() => setRound((n) => n + 1)} />
      </Centred>
    )
  }
  if (!opened) return <StudioSkeleton />
  if ('problem' in opened) return <Unreadable problem={opened.problem} />
  return <WithVideo key={projectId} opened={opened} />
}

/** Waits for the video: the stored one, or the local file while it is on its way. */
function WithVideo({ opened }: { opened: OpenedProject }) {
  const first = opened.project.asset
  const { data, error } = useAsset(first?.id ?? '')
  const { uploads } = useUploader()
  const { Editor, problem } = useEditor()
  const asset = data ?? first
  if (!asset || (error && !data)) return <NoVideo title="The video of this project is gone" />
  const file = uploads.find((upload) => upload.assetId === asset.id)?.file
  if (asset.state === 'rejected') return <NoVideo title="The video of this project could not be read" />
  if (!file && !(asset.state === 'ready' && asset.url)) return <StillUploading asset={asset} />
  // A deployment may have taken the file away that this page would fetch: the page itself is to be read again.
  if (problem) return <Unfetched problem={problem} />
  return Editor ? <Editor opened={opened} asset={asset} file={file} /> : <StudioSkeleton />
}

function Unfetched({ problem }: { problem: unknown }) {
  return (
    <Centred>
      <ErrorNotice error={problem} onRetry={() => location.reload()} />
    </Centred>
  )
}

function Centred({ children }: { children: React.ReactNode }) {
  return (
    <div className="grid min-h-dvh place-items-center p-6">
      <div className="flex w-full max-w-md flex-col gap-4">
        {children}
        <ButtonLink href="/library" className="self-start">
          Back to the library
        </ButtonLink>
      </div>
    </div>
  )
}

function StillUploading({ asset }: { asset: AssetView }) {
  return (
    <Centred>
      <Notice
        tone="info"
        title={asset.state === 'checking' ? 'The video is being checked' : 'The video is still uploading'}
      >
        “{asset.file_name}” opens here by itself as soon as it has arrived. On the device that uploads it you can edit
        it right away.
      </Notice>
    </Centred>
  )
}

function NoVideo({ title }: { title: string }) {
  return (
    <Centred>
      <Notice tone="warning" title={title}>
        It was deleted, or its time in the library was over. What was made from it stays in the library and in Jobs.
      </Notice>
    </Centred>
  )
}

function Unreadable({ problem }: { problem: 'newer' | 'damaged' }) {
  return (
    <Centred>
      {problem === 'newer' ? (
        <Notice tone="info" title="This project was saved by a newer version of the studio">
          Reload the page to get it; nothing is lost.
        </Notice>
      ) : (
        <Notice tone="error" title="This project cannot be read">
          The video is fine. Start a new project from it in the library, and write to us: we can look at this one.
        </Notice>
      )}
    </Centred>
  )
}

function StudioSkeleton() {
  return (
    <Loading label="Opening the studio">
      <div className="flex h-dvh flex-col">
        <div className="h-14 border-b border-line" />
        <div className="grid min-h-0 flex-1 lg:grid-cols-[1fr_22rem]">
          <div className="bg-black" />
          <div className="flex flex-col gap-3 border-l border-line p-4 max-lg:hidden">
            <Skeleton className="h-9 w-full" />
            <Skeleton className="h-12 w-full" />
            <Skeleton className="h-12 w-full" />
          </div>
        </div>
        <div className="h-48 border-t border-line bg-surface" />
      </div>
    </Loading>
  )
}
