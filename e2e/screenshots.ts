/**
 * Shows every page in every state, on a desk and on a phone, by day and by night, and checks each with axe.
 *
 *     node e2e/screenshots.ts --out docs/screenshots [--only wallet] [--looks phone]
 *
 * Wants a running app (`npm start`, or E2E_WEB and E2E_MAIL). Writes one sheet per state and each picture to `<out>/full`, which is not
 * meant to be committed. Ends with 1 when anything was found wrong.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type BrowserContextOptions, chromium } from '@playwright/test'
import { MEMBER, type Scene, STRANGER } from './screenshots/scenes.ts'
import { sheetOf } from './screenshots/sheet.ts'
import { LOOKS, type Shot, shootLook } from './screenshots/shoot.ts'
import { CLOUD } from './support/cloud.ts'
import { playerAt } from './support/player.ts'

const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']

export async function takeScreenshots(o: {
  web: string
  out: string
  only: string
  looks: string
  member: BrowserContextOptions['storageState'] | null
}): Promise<string[]> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ARGS,
  })
  const shots: Shot[] = []
  const wanted = (scenes: readonly Scene[]) => scenes.filter((scene) => scene.name.startsWith(o.only))
  const onShot = async (shot: Shot) => {
    shots.push(shot)
    await writeFile(join(o.out, 'full', `${shot.scene}.${shot.look}.png`), shot.image)
  }
  try {
    await mkdir(join(o.out, 'full'), { recursive: true })
    for (const look of LOOKS.filter(({ name }) => name.includes(o.looks))) {
      await shootLook({ browser, web: o.web, look, scenes: wanted(STRANGER), onShot })
      await shootLook({
        browser,
        web: o.web,
        look,
        scenes: wanted(MEMBER),
        onShot,
        ...(o.member ? { storageState: o.member } : {}),
      })
    }
    for (const scene of wanted([...STRANGER, ...MEMBER])) {
      const looks = shots.filter((shot) => shot.scene === scene.name)
      await writeFile(join(o.out, `${scene.name}.jpg`), await sheetOf(browser, looks))
    }
  } finally {
    await browser.close()
  }
  return shots.flatMap((shot) => shot.problems.map((problem) => `${shot.scene} ${shot.look}: ${problem}`))
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: {
      out: { type: 'string', default: 'docs/screenshots' },
      only: { type: 'string', default: '' },
      looks: { type: 'string', default: '' },
    },
  })
  // An admin sees every page.
  const player = await playerAt(process.env.E2E_ADMIN ?? 'admin@reelballers.test')
  const member = await player.api.storageState()
  const problems = await takeScreenshots({ ...values, web: CLOUD.web, member })
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length > 0 ? 1 : 0
}
