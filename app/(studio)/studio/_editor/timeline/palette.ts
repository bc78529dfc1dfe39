/** The design tokens as the canvas needs them: resolved for the theme in force. */
const TOKENS = {
  bg: '--sunk',
  surface: '--surface',
  raised: '--raised',
  fill: '--fill',
  line: '--line',
  lineStrong: '--line-strong',
  text: '--text',
  muted: '--muted',
  faint: '--faint',
  ball: '--ball',
  ballWash: '--ball-wash',
  ballText: '--ball-text',
  onBall: '--on-ball',
  grass: '--grass',
  grassWash: '--grass-wash',
  grassBand: '--grass-band',
  sky: '--sky',
  control: '--control',
} as const

export type Palette = Readonly<Record<keyof typeof TOKENS | 'fontFamily', string>>

/** Tokens are `light-dark()` pairs; only a used colour is resolved, so each is put on an element and read back. */
export function readPalette(host: HTMLElement): Palette {
  const probe = document.createElement('span')
  probe.hidden = true
  host.append(probe)
  const names = Object.keys(TOKENS) as (keyof typeof TOKENS)[]
  const colours = names.map((name) => {
    probe.style.color = `var(${TOKENS[name]})`
    return [name, getComputedStyle(probe).color] as const
  })
  probe.remove()
  return { ...Object.fromEntries(colours), fontFamily: getComputedStyle(host).fontFamily } as Palette
}

/** Calls back whenever the theme changes, by hand or with the system. Returns how to stop. */
export function watchTheme(onChange: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const observer = new MutationObserver(onChange)
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  system.addEventListener('change', onChange)
  return () => {
    observer.disconnect()
    system.removeEventListener('change', onChange)
  }
}
