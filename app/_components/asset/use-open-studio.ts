'use client'

import { useRouter } from 'next/navigation'
import { useRef, useState } from 'react'
import { callApi } from '#app/_components/api-client.ts'
import { ProjectList, ProjectView } from '#lib/contracts/api/projects.ts'

/** Leads to the studio: to the project last worked on with this video, else to a new one. The video may still be uploading. */
export function useOpenStudio(assetId: string) {
  const router = useRouter()
  const opening = useRef(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const open = async () => {
    if (opening.current) return
    opening.current = true
    setBusy(true)
    setError(null)
    try {
      const query = `/api/projects?asset_id=${encodeURIComponent(assetId)}`
      const [latest] = (await callApi('GET', query, ProjectList)).projects
      const project = latest ?? (await callApi('POST', '/api/projects', ProjectView, { asset_id: assetId }))
      router.push(`/studio/${project.id}`)
    } catch (problem) {
      setError(problem)
      setBusy(false)
      opening.current = false
    }
  }
  return { open: () => void open(), busy, error }
}
