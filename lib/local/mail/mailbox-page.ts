import { Html, html, linkified } from './html.ts'
import type { Mail } from './mail.ts'
import { MAILBOX_STYLE } from './mailbox-style.ts'

const WHEN = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })
export type View = 'html' | 'text'

/** The list; `total` counts all mails, `mails` are the ones that match `to`. */
export function listPage(mails: Mail[], to: string, total: number): string {
  const found = to === '' ? count(total) : `${count(mails.length)} of ${total} to “${to}”`
  return page(
    'Local mailbox',
    html`<h1>Local mailbox</h1>
<p>Every mail the product sends on this machine ends here. Nothing leaves it.</p>
<form role="search" action="/" method="get">
  <label>Recipient <input type="search" name="to" value="${to}" autocomplete="off" spellcheck="false"></label>
  <button>Search</button>
</form>
<p role="status">${found}${to === '' ? '' : html` · <a href="/">Show all</a>`}</p>
${mails.length === 0 ? empty(to) : html`<ul class="mails">${mails.map(row)}</ul>`}`,
  )
}

export function mailPage(mail: Mail, view: View): string {
  const tab = (name: View, label: string) =>
    html`<a href="/mails/${mail.id}?view=${name}"${name === view ? html` aria-current="page"` : ''}>${label}</a>`
  return page(
    `${mail.subject} · Local mailbox`,
    html`<p><a href="/">Local mailbox</a></p>
<h1>${mail.subject}</h1>
<dl>${Object.entries(envelope(mail)).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
<nav class="tabs" aria-label="Versions of this mail">${mail.html === null ? '' : tab('html', 'HTML')}${mail.text === null ? '' : tab('text', 'Text')}</nav>
<div class="body">${body(mail, view)}</div>`,
  )
}

/** The version to show when none, or one the mail does not have, was asked for. */
export function viewOf(mail: Mail, asked: string | null): View {
  if (mail.html === null) return 'text'
  return asked === 'text' && mail.text !== null ? 'text' : 'html'
}

/** The mail's own markup, made to open links in a new tab: in a sandboxed frame they could not leave it otherwise. */
export function framedHtml(mail: Mail): string {
  const base = '<base target="_blank">'
  const markup = mail.html ?? ''
  const start = /^\s*(?:<!doctype[^>]*>\s*)?(?:<html[^>]*>\s*)?(?:<head[^>]*>)?/i.exec(markup)?.[0] ?? ''
  return `${start}${base}${markup.slice(start.length)}`
}

function row(mail: Mail): Html {
  return html`<li><a href="/mails/${mail.id}">
  <span class="subject">${mail.subject}</span> ${when(mail)}
  <span class="people">${mail.to.join(', ')}</span>
</a></li>`
}

function body(mail: Mail, view: View): Html {
  if (view === 'text') return html`<pre>${linkified(mail.text ?? '')}</pre>`
  return html`<iframe title="The mail as HTML" src="/mails/${mail.id}/html" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>`
}

function envelope(mail: Mail): Record<string, string | Html> {
  const lines: Record<string, string | Html> = { From: mail.from, To: mail.to.join(', ') }
  if (mail.cc.length > 0) lines.Cc = mail.cc.join(', ')
  if (mail.bcc.length > 0) lines.Bcc = mail.bcc.join(', ')
  if (mail.reply_to.length > 0) lines['Reply-To'] = mail.reply_to.join(', ')
  lines.Sent = when(mail)
  for (const [name, value] of Object.entries(mail.headers)) lines[name] = value
  if (mail.tags.length > 0) lines.Tags = mail.tags.map((tag) => `${tag.name}=${tag.value}`).join(', ')
  return lines
}

function when(mail: Mail): Html {
  return html`<time datetime="${mail.created_at}">${WHEN.format(new Date(mail.created_at))}</time>`
}

function empty(to: string): Html {
  const text = to === '' ? 'No mail yet. Ask for a sign-in link and it appears here.' : 'No mail to that recipient.'
  return html`<p class="empty">${text}</p>`
}

function count(mails: number): string {
  return mails === 1 ? '1 mail' : `${mails} mails`
}

function page(title: string, main: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(MAILBOX_STYLE)}</style>
</head>
<body><main>${main}</main></body>
</html>`.markup
}
