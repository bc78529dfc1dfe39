'use client'

import { Download, EllipsisVertical, Pencil, Scissors, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Button } from '#app/_components/ui/button.tsx'
import { Menu, MenuItem, MenuLink } from '#app/_components/ui/menu.tsx'
import type { AssetView } from '#lib/contracts/api/uploads.ts'
import { DeleteDialog } from './delete-dialog.tsx'
import { RenameDialog } from './rename-dialog.tsx'
import { useOpenStudio } from './use-open-studio.ts'

/** What can be done to a clip, wherever it is shown. */
export function AssetMenu({
  asset,
  onRenamed,
  onDeleted,
}: {
  asset: AssetView
  onRenamed: (asset: AssetView) => void
  onDeleted: () => void
}) {
  const [dialog, setDialog] = useState<'rename' | 'delete' | null>(null)
  const studio = useOpenStudio(asset.id)
  const close = (open: boolean) => setDialog(open ? dialog : null)
  return (
    <>
      <Menu
        trigger={
          <Button tone="quiet" size="sm" icon aria-label={`Actions for ${asset.file_name}`}>
            <EllipsisVertical aria-hidden />
          </Button>
        }
      >
        {asset.state === 'ready' ? (
          <MenuItem icon={<Scissors aria-hidden />} onSelect={studio.open}>
            Edit
          </MenuItem>
        ) : null}
        {asset.download_url ? (
          <MenuLink href={asset.download_url} icon={<Download aria-hidden />}>
            Download
          </MenuLink>
        ) : null}
        <MenuItem icon={<Pencil aria-hidden />} onSelect={() => setDialog('rename')}>
          Rename
        </MenuItem>
        <MenuItem icon={<Trash2 aria-hidden />} danger onSelect={() => setDialog('delete')}>
          Delete
        </MenuItem>
      </Menu>
      <RenameDialog asset={asset} open={dialog === 'rename'} onOpenChange={close} onDone={onRenamed} />
      <DeleteDialog asset={asset} open={dialog === 'delete'} onOpenChange={close} onDone={onDeleted} />
    </>
  )
}
