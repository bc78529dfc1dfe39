const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Markup that is safe to put into a page as it is. */
export class Html {
  readonly markup: string

  constructor(markup: string) {
    this.markup = markup
  }
}

type Part = string | number | Html | readonly Html[]

/** A template whose every inserted text is escaped; only Html goes in as markup. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  const inserted = parts.map((part) => {
    if (part instanceof Html) return part.markup
    if (Array.isArray(part)) return part.map((item: Html) => item.markup).join('')
    return escapeHtml(String(part))
  })
  return new Html(strings.map((text, index) => text + (inserted[index] ?? '')).join(''))
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}

/** Escaped text with its http(s) addresses as links. A full stop or bracket after an address is not part of it. */
export function linkified(text: string): Html {
  const pieces = text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]}'])/)
  return html`${pieces.map((piece, index) => (index % 2 === 1 ? link(piece) : html`${piece}`))}`
}

function link(url: string): Html {
  return html`<a href="${url}" target="_blank" rel="noopener noreferrer">${url}</a>`
}
