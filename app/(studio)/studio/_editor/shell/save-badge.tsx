'use client'

import { Check, CloudOff, LoaderCircle, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from '#app/_components/class-names.ts'
import { explainError } from '#app/_components/error-messages.ts'
import type { SaveState } from '#app/(studio)/studio/_editor/session/save-loop.ts'
import { useSession } from '#app/(studio)/studio/_editor/session/use-studio.ts'

interface Look {
  readonly icon: ReactNode
  readonly text: string
  readonly about: string
  readonly colour: string
}

/** Whether the work is safe, and where. */
export function SaveBadge() {
  const save = useSession((state) => state.save)
  const { icon, text, about, colour } = lookOf(save)
  return (
    <p
      role="status"
      title={about}
      className={classNames('flex shrink-0 items-center gap-1.5 px-2 text-xs font-medium [&_svg]:size-3.5', colour)}
    >
      {icon}
      <span className="max-sm:sr-only">{text}</span>
    </p>
  )
}

function lookOf(save: SaveState): Look {
  switch (save.kind) {
    case 'saved':
      return { icon: <Check aria-hidden />, text: 'Saved', about: 'Everything is saved.', colour: 'text-muted' }
    case 'waiting':
    case 'saving':
      return {
        icon: <LoaderCircle aria-hidden className="animate-spin motion-reduce:animate-none" />,
        text: 'Saving',
        about: 'Your latest changes are being saved.',
        colour: 'text-muted',
      }
    case 'offline':
      return {
        icon: <CloudOff aria-hidden />,
        text: 'Offline, kept here',
        about: 'Your changes are safe in this browser and are sent as soon as we can be reached.',
        colour: 'text-amber',
      }
    case 'conflict':
      return {
        icon: <TriangleAlert aria-hidden />,
        text: 'Changed elsewhere',
        about: 'Somebody saved this project in between.',
        colour: 'text-amber',
      }
    case 'failed': {
      const { title, advice } = explainError(save.error)
      return {
        icon: <TriangleAlert aria-hidden />,
        text: 'Not saved',
        about: `${title}. ${advice}`,
        colour: 'text-card',
      }
    }
  }
}
