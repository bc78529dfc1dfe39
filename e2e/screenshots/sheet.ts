import type { Browser } from '@playwright/test'
import type { Shot } from './shoot.ts'

const WIDTH = 1800

/** All looks of one scene side by side, as one JPEG. */
export async function sheetOf(browser: Browser, shots: readonly Shot[]): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 600 } })
  try {
    const figures = shots.map((shot) => {
      const wide = shot.look.startsWith('desktop')
      return `<img style="width:${wide ? 600 : 260}px" src="data:image/png;base64,${shot.image.toString('base64')}">`
    })
    await page.setContent(
      `<body style="margin:0;padding:20px;display:flex;gap:20px;align-items:flex-start;background:#777">${figures.join('')}</body>`,
    )
    await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode())))
    return await page.screenshot({ fullPage: true, type: 'jpeg', quality: 72 })
  } finally {
    await page.close()
  }
}
