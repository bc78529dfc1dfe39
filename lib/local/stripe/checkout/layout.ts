import { createHash } from 'node:crypto'
import { type Html, html, Html as Raw } from './html.ts'

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d5dbe1, #3a4048); --soft: light-dark(#5b6672, #a3adb8);
  --page: light-dark(#f6f8fa, #14171b); --card: light-dark(#fff, #1d2127); --ink: light-dark(#1a1f36, #eef1f4);
  --accent: light-dark(#4b45c6, #a8a4ff); --on-accent: light-dark(#fff, #14171b); --bad: light-dark(#b3261e, #ffb4ab);
  --note: light-dark(#fff4d6, #3d3210); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
.banner { background: var(--note); text-align: center; padding: .5rem 1rem; font-size: .9rem; }
main { max-width: 58rem; margin: 0 auto; padding: 2rem 1rem 4rem; display: grid; gap: 2rem; align-items: start; }
@media (min-width: 48rem) { main.pay { grid-template-columns: 1fr 1.15fr; gap: 4rem; padding-top: 4rem; } }
main.narrow { max-width: 30rem; }
h1 { font-size: 1rem; font-weight: 600; color: var(--soft); margin: 0; }
h2, .panel h1 { font-size: 1.15rem; font-weight: 700; color: inherit; margin: 0 0 .75rem; }
.amount { font-size: 2.4rem; font-weight: 650; margin: .25rem 0 1.5rem; font-variant-numeric: tabular-nums; }
.items { list-style: none; margin: 0 0 1.5rem; padding: 0; border-top: 1px solid var(--line); }
.items li { display: flex; justify-content: space-between; gap: 1rem; padding: .75rem 0; border-bottom: 1px solid var(--line); }
.items small, .soft { color: var(--soft); }
.panel { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem; }
fieldset { border: 0; margin: 0 0 1.25rem; padding: 0; min-width: 0; }
legend { font-weight: 600; padding: 0; margin-bottom: .5rem; }
label { display: block; font-size: .9rem; margin-bottom: .25rem; }
label.choice { display: flex; gap: .6rem; align-items: center; min-height: 2.75rem; margin: 0; font-size: 1rem; }
input[type=text], input[type=email] { width: 100%; min-height: 2.75rem; padding: .5rem .75rem; border: 1px solid var(--line);
  border-radius: .5rem; background: var(--page); color: inherit; font: inherit; }
.row { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; }
.field { margin-bottom: .75rem; }
.tests { display: flex; flex-wrap: wrap; gap: .4rem; margin-top: .5rem; }
button, .button { font: inherit; cursor: pointer; border-radius: .5rem; min-height: 2.75rem; padding: .5rem 1rem;
  border: 1px solid var(--line); background: transparent; color: inherit; }
.tests button { min-height: 2rem; padding: .15rem .6rem; font-size: .85rem; }
button.primary { width: 100%; background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
button.primary[disabled] { opacity: .6; cursor: progress; }
a { color: var(--accent); }
.actions { display: grid; gap: .75rem; margin-top: 1rem; }
[role=alert] { border: 1px solid var(--bad); color: var(--bad); border-radius: .5rem; padding: .75rem 1rem; margin-bottom: 1rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`

const SCRIPT = `
const form = document.querySelector('form[data-pay]')
if (form) {
  const number = form.elements.namedItem('number')
  for (const button of form.querySelectorAll('button[data-number]'))
    button.addEventListener('click', () => { number.value = button.dataset.number; number.focus() })
  const card = form.querySelector('[data-card]')
  const show = () => { card.hidden = card.disabled = form.elements.method.value !== 'card' }
  form.addEventListener('change', show)
  show()
  form.addEventListener('submit', () => { form.querySelector('button.primary').disabled = true })
  addEventListener('pageshow', () => { form.querySelector('button.primary').disabled = false })
}
`

// No form-action: browsers apply it to the redirect that leads back to the shop, which is another origin.
const POLICY = `default-src 'none'; style-src '${hash(STYLE)}'; script-src '${hash(SCRIPT)}'; img-src data:; base-uri 'none'; frame-ancestors 'none'`

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

/** What a page answers with. */
export interface Reply {
  status: number
  headers: Record<string, string>
  body: string
}

export function pageReply(status: number, title: string, kind: 'pay' | 'narrow', body: Html): Reply {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Raw(STYLE)}</style>
</head>
<body>
<header class="banner"><strong>Local stand-in for Stripe Checkout.</strong> This is not Stripe, and no money moves.</header>
<main class="${kind}">
${body}
</main>
<script>${new Raw(SCRIPT)}</script>
</body>
</html>
`
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': POLICY,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  }
  return { status, headers, body: page.text }
}

export function redirectReply(location: string): Reply {
  return { status: 303, headers: { location, 'cache-control': 'no-store' }, body: '' }
}
