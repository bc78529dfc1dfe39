/** The mail that carries a sign-in link. Inline styles and tables: mail programs know little else. */
export function signInMail({ url, appUrl, minutes }: { url: string; appUrl: string; minutes: number }): {
  subject: string
  text: string
  html: string
} {
  const host = new URL(appUrl).host
  const subject = 'Your ReelBallers sign-in link'
  const validity = `The link works once, for ${minutes} minutes.`
  const ignore = 'You did not ask for this? Then ignore it: without the link nobody gets in.'
  const text = `Sign in to ReelBallers (${host})\n\n${url}\n\n${validity}\n${ignore}\n`
  return { subject, text, html: page(escapeHtml(url), escapeHtml(host), subject, validity, ignore) }
}

function page(url: string, host: string, subject: string, validity: string, ignore: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<title>${subject}</title></head>
<body style="margin:0;padding:32px 16px;background:#f3f5f2;color:#14201a;font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:480px;background:#ffffff;border-radius:12px">
<tr><td style="padding:32px">
<p style="margin:0 0 24px;font-weight:700;font-size:18px">ReelBallers</p>
<h1 style="margin:0 0 8px;font-size:22px;line-height:1.25">Sign in to ${host}</h1>
<p style="margin:0 0 24px">Press the button, then confirm on the page it opens.</p>
<p style="margin:0 0 24px"><a href="${url}" style="display:inline-block;padding:12px 24px;border-radius:8px;background:#0b6b3a;color:#ffffff;font-weight:600;text-decoration:none">Sign in</a></p>
<p style="margin:0 0 8px;font-size:14px;color:#4a574f">${validity} If the button does not work, copy this address into your browser:</p>
<p style="margin:0 0 24px;font-size:14px;word-break:break-all"><a href="${url}" style="color:#0b6b3a">${url}</a></p>
<p style="margin:0;font-size:14px;color:#4a574f">${ignore}</p>
</td></tr></table>
</td></tr></table>
</body>
</html>
`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => ENTITIES[char] ?? char)
}
