import type { ReactNode } from 'react'

export const runtime = 'edge'

/** Pages bring their own frame: the shelves (library, jobs, projects) the member shell, the editor none. */
export default function StudioGroupLayout({ children }: { children: ReactNode }) {
  return children
}
