import { readdir, readFile, readlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { type Ports, portVariable, SERVICES } from './local-env.ts'

/** Throws one error that names every port somebody else has, who has it, and what to do. */
export async function requireFreePorts(ports: Ports): Promise<void> {
  const complaints: string[] = []
  for (const name of SERVICES) {
    const port = ports[name]
    const twin = SERVICES.find((other) => other !== name && ports[other] === port)
    if (twin) complaints.push(`${name} and ${twin} both want port ${port}: give one of them another.`)
    else if (!(await isFree(port))) complaints.push(await complaint(name, port))
  }
  if (complaints.length > 0) throw new Error(complaints.join('\n'))
}

async function complaint(name: (typeof SERVICES)[number], port: number): Promise<string> {
  const owner = await findPortOwner(port)
  const who = owner ? `process ${owner.pid} (${owner.command})` : 'another program'
  const free = owner ? `stop it (kill ${owner.pid})` : 'stop that program'
  return `Port ${port}, wanted by ${name}, is in use by ${who}: ${free}, or choose another with ${portVariable(name)}=….`
}

/** Free on both loopback addresses; a machine without IPv6 counts as free there. */
export async function isFree(port: number): Promise<boolean> {
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, '::1'))
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'EADDRINUSE'))
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
}

/** Looks the listening socket up in Linux' /proc; null elsewhere, or when the process is somebody else's. */
export async function findPortOwner(port: number): Promise<{ pid: number; command: string } | null> {
  const inodes = new Set<string>()
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'utf8').catch(() => '')
    for (const line of text.split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
      const listening = state === '0A' && Number.parseInt(local.split(':')[1] ?? '', 16) === port
      if (listening) inodes.add(`socket:[${inode}]`)
    }
  }
  if (inodes.size === 0) return null
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  for (const pid of pids) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => [])
    for (const descriptor of descriptors) {
      const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '')
      if (!inodes.has(target)) continue
      const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0').join(' ').trim()
      return { pid: Number(pid), command: command.slice(0, 80) }
    }
  }
  return null
}
