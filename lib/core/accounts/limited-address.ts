/**
 * What per-address limits count a network address under. Whoever has one IPv6 address has the /64 around it to choose from
 * (RFC 6177, RFC 4862), so those count as one; an IPv4 address written as IPv6 (RFC 4291, 2.5.5.2) counts as itself.
 */
export function limitedAddress(address: string): string {
  const text = address.trim().toLowerCase().split('%')[0] ?? ''
  if (!text.includes(':')) return text
  const dotted = /^(?:0{0,4}:){2,5}ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(text)?.[1]
  if (dotted) return dotted
  const [before = '', after] = text.split('::')
  const head = groups(before)
  const tail = groups(after ?? '')
  // A dotted tail stands for two groups. Only the first four groups count, so that its value does not matter here.
  const given = head.length + tail.length + (text.includes('.') ? 1 : 0)
  const zeros = after === undefined ? 0 : Math.max(0, 8 - given)
  const all = [...head, ...Array.from({ length: zeros }, () => '0'), ...tail]
  const network = all.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''))
  return `${network.join(':')}::/64`
}

function groups(text: string): string[] {
  return text === '' ? [] : text.split(':')
}
