'use client'

import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Button, type ButtonTone } from './button.tsx'

/** Submits a plain form once; the page that comes back (also from the back button) has it ready again. */
export function SubmitButton({ tone = 'primary', children }: { tone?: ButtonTone; children: ReactNode }) {
  const ref = useRef<HTMLButtonElement>(null)
  const [sent, setSent] = useState(false)
  useEffect(() => {
    const form = ref.current?.form
    const onSubmit = () => setSent(true)
    const onShow = () => setSent(false)
    form?.addEventListener('submit', onSubmit)
    window.addEventListener('pageshow', onShow)
    return () => {
      form?.removeEventListener('submit', onSubmit)
      window.removeEventListener('pageshow', onShow)
    }
  }, [])
  return (
    <Button ref={ref} type="submit" tone={tone} busy={sent} className="w-full">
      {children}
    </Button>
  )
}
