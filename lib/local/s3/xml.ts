import { S3Error } from './s3-error.ts'

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Content of an element: text, a value to print, or child elements; undefined leaves the element out. */
export type XmlContent = string | number | boolean | undefined | XmlFields | XmlFields[]
export type XmlFields = { [name: string]: XmlContent }

/** A parsed element. `text` is the character data directly inside it. */
export type XmlElement = { name: string; text: string; children: XmlElement[] }

/** A whole document; an array under a name repeats the element. */
export function xmlDocument(root: string, fields: XmlFields): string {
  const namespace = root === 'Error' ? '' : ` xmlns="${NAMESPACE}"`
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${namespace}>${printFields(fields)}</${root}>`
}

/** Throws MalformedXML for anything but plain elements and text: no DTD, no CDATA, no stray text at the root. */
export function parseXml(source: string): XmlElement {
  const document: XmlElement = { name: '', text: '', children: [] }
  const open = [document]
  const tokens =
    /<\?[^>]*\?>|<!--[\s\S]*?-->|<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y
  while (tokens.lastIndex < source.length) {
    const token = tokens.exec(source)
    const current = open.at(-1)
    if (!token || !current) throw malformed()
    const [, closing, name, , selfClosing, text] = token
    if (text !== undefined) current.text += decodeText(text)
    else if (name !== undefined && closing) {
      if (open.pop()?.name !== name) throw malformed()
    } else if (name !== undefined) {
      const element = { name, text: '', children: [] }
      current.children.push(element)
      if (!selfClosing) open.push(element)
    }
  }
  const [root, second] = document.children
  if (open.length !== 1 || !root || second || document.text.trim() !== '') throw malformed()
  return root
}

export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text
}

export function malformed(message = 'The XML you provided was not well-formed or did not validate.'): S3Error {
  return new S3Error('MalformedXML', message)
}

function printFields(fields: XmlFields): string {
  return Object.entries(fields)
    .map(([name, content]) => printElement(name, content))
    .join('')
}

function printElement(name: string, content: XmlContent): string {
  if (content === undefined) return ''
  if (Array.isArray(content)) return content.map((item) => printElement(name, item)).join('')
  const inner = typeof content === 'object' ? printFields(content) : escapeText(String(content))
  return `<${name}>${inner}</${name}>`
}

function escapeText(text: string): string {
  const named = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
  return [...named].map((char) => (char < ' ' ? `&#x${char.charCodeAt(0).toString(16)};` : char)).join('')
}

function decodeText(text: string): string {
  return text.replace(/&([^;&]*);?/g, (entity, name: string) => {
    const code = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name)
    const point = code ? Number.parseInt(code[1] ?? code[2] ?? '', code[1] ? 16 : 10) : -1
    if (point >= 0 && point <= 0x10ffff) return String.fromCodePoint(point)
    const known = ENTITIES[name]
    if (known === undefined || !entity.endsWith(';')) throw malformed()
    return known
  })
}
