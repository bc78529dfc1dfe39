import type { Metadata, Viewport } from 'next'
import localFont from 'next/font/local'
import type { ReactNode } from 'react'
import './globals.css'

// Latin letters are preloaded with matched fallback metrics, so nothing shifts; other scripts load when a page has them.
const inter = localFont({
  src: '../node_modules/@fontsource-variable/inter/files/inter-latin-opsz-normal.woff2',
  weight: '100 900',
  display: 'swap',
  variable: '--font-inter',
})

export const metadata: Metadata = {
  title: { default: 'ReelBallers — match footage, sharp enough to post', template: '%s · ReelBallers' },
  description: 'Upload the clip from the stands. ReelBallers rebuilds it at 2× or 4× on a GPU you rent by the second.',
  // In public/: next-on-pages takes app/icon.svg for a route without an edge runtime.
  icons: { icon: { url: '/icon.svg', type: 'image/svg+xml' } },
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f1f5f2' },
    { media: '(prefers-color-scheme: dark)', color: '#0a100e' },
  ],
}

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" className={inter.variable} suppressHydrationWarning>
      <head>
        {/* Blocking on purpose: a chosen theme must be known before the first paint. */}
        <script src="/theme.js" />
      </head>
      <body>
        <a
          href="#main"
          className="sr-only z-50 rounded-md bg-ball px-4 py-2 font-semibold text-on-ball focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
        >
          Skip to content
        </a>
        {children}
      </body>
    </html>
  )
}
