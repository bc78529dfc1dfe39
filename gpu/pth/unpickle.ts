import { damaged } from './damaged.ts'
import { callGlobal, findGlobal, type PickleValue, type StorageRef, storageOf } from './pickle-values.ts'

/** A real checkpoint of a hundred million parameters takes some ten thousand steps. */
const MAX_STEPS = 5_000_000

export interface Unpickled {
  readonly value: PickleValue
  /** Where the next pickle starts. */
  readonly end: number
  /** Every storage it refers to, by key. */
  readonly storages: ReadonlyMap<string, StorageRef>
}

/**
 * Runs one pickle program (https://github.com/python/cpython/blob/main/Lib/pickletools.py describes every opcode) as far as weights need
 * it: plain data, torch's tensors and storages. Nothing is imported or executed; any other global is refused, as is any opcode
 * that no checkpoint uses. Throws `weights_mismatch`.
 */
export function unpickle(bytes: Buffer, start = 0): Unpickled {
  const machine = new Machine(bytes, start)
  for (let step = 0; step < MAX_STEPS; step++) {
    const opcode = machine.byte()
    if (opcode === STOP) return { value: machine.pop(), end: machine.at, storages: machine.storages }
    const operation = OPERATIONS.get(opcode)
    if (operation === undefined) throw damaged(`it uses pickle opcode 0x${opcode.toString(16)}, which weights do not`)
    operation(machine)
  }
  throw damaged('its table of contents is too long')
}

class Machine {
  readonly bytes: Buffer
  at: number
  readonly storages = new Map<string, StorageRef>()
  readonly #stack: PickleValue[] = []
  readonly #marks: number[] = []
  readonly #memo = new Map<number, PickleValue>()

  constructor(bytes: Buffer, start: number) {
    this.bytes = bytes
    this.at = start
  }

  byte(): number {
    return this.take(1).readUInt8(0)
  }

  take(count: number): Buffer {
    if (count < 0 || this.at + count > this.bytes.length) throw damaged('it is cut off inside its table of contents')
    this.at += count
    return this.bytes.subarray(this.at - count, this.at)
  }

  line(): string {
    const end = this.bytes.indexOf(0x0a, this.at)
    if (end < 0 || end - this.at > 1000) throw damaged('it is cut off inside its table of contents')
    const text = this.bytes.toString('latin1', this.at, end)
    this.at = end + 1
    return text
  }

  push(value: PickleValue): void {
    this.#stack.push(value)
  }

  pop(): PickleValue {
    const value = this.#stack.pop()
    if (value === undefined || this.#stack.length < (this.#marks.at(-1) ?? 0))
      throw damaged('its table of contents is broken')
    return value
  }

  popText(): string {
    const value = this.pop()
    if (typeof value !== 'string') throw damaged('its table of contents is broken')
    return value
  }

  top(): PickleValue {
    const value = this.#stack.at(-1)
    if (value === undefined) throw damaged('its table of contents is broken')
    return value
  }

  mark(): void {
    this.#marks.push(this.#stack.length)
  }

  sinceMark(): PickleValue[] {
    const mark = this.#marks.pop()
    if (mark === undefined) throw damaged('its table of contents is broken')
    return this.#stack.splice(mark)
  }

  remember(index: number): void {
    this.#memo.set(index, this.top())
  }

  rememberNext(): void {
    this.remember(this.#memo.size)
  }

  recall(index: number): void {
    const value = this.#memo.get(index)
    if (value === undefined) throw damaged('its table of contents is broken')
    this.push(value)
  }

  append(items: readonly PickleValue[]): void {
    const list = this.top()
    if (!Array.isArray(list)) throw damaged('its table of contents is broken')
    for (const item of items) list.push(item)
  }

  assign(keysAndValues: readonly PickleValue[]): void {
    const map = this.top()
    if (!(map instanceof Map) || keysAndValues.length % 2 !== 0) throw damaged('its table of contents is broken')
    for (let index = 0; index < keysAndValues.length; index += 2) {
      map.set(keysAndValues[index] ?? null, keysAndValues[index + 1] ?? null)
    }
  }

  tuple(length: number): void {
    const items = Array.from({ length }, () => this.pop()).reverse()
    this.push(items)
  }
}

/** A little-endian two's complement number of any length; what does not fit a double stays a bigint. */
function longOf(bytes: Buffer): number | bigint {
  let value = 0n
  for (const byte of [...bytes].reverse()) value = (value << 8n) | BigInt(byte)
  value = BigInt.asIntN(8 * bytes.length, value)
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

const STOP = 0x2e
type Operation = (machine: Machine) => void
const text = (machine: Machine, length: number) => machine.push(machine.take(length).toString('utf8'))

const OPERATIONS: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [0x80, (m) => void m.take(1)], // PROTO
  [0x95, (m) => void m.take(8)], // FRAME
  [0x28, (m) => m.mark()], // MARK
  [0x30, (m) => void m.pop()], // POP
  [0x31, (m) => void m.sinceMark()], // POP_MARK
  [0x4e, (m) => m.push(null)], // NONE
  [0x88, (m) => m.push(true)], // NEWTRUE
  [0x89, (m) => m.push(false)], // NEWFALSE
  [0x4a, (m) => m.push(m.take(4).readInt32LE(0))], // BININT
  [0x4b, (m) => m.push(m.byte())], // BININT1
  [0x4d, (m) => m.push(m.take(2).readUInt16LE(0))], // BININT2
  [0x8a, (m) => m.push(longOf(m.take(m.byte())))], // LONG1
  [0x47, (m) => m.push(m.take(8).readDoubleBE(0))], // BINFLOAT
  [0x55, (m) => m.push(m.take(m.byte()).toString('latin1'))], // SHORT_BINSTRING
  [0x54, (m) => m.push(m.take(m.take(4).readInt32LE(0)).toString('latin1'))], // BINSTRING
  [0x58, (m) => text(m, m.take(4).readUInt32LE(0))], // BINUNICODE
  [0x8c, (m) => text(m, m.byte())], // SHORT_BINUNICODE
  [0x43, (m) => m.push(m.take(m.byte()))], // SHORT_BINBYTES
  [0x5d, (m) => m.push([])], // EMPTY_LIST
  [0x29, (m) => m.push([])], // EMPTY_TUPLE
  [0x7d, (m) => m.push(new Map())], // EMPTY_DICT
  [0x74, (m) => m.push(m.sinceMark())], // TUPLE
  [0x85, (m) => m.tuple(1)], // TUPLE1
  [0x86, (m) => m.tuple(2)], // TUPLE2
  [0x87, (m) => m.tuple(3)], // TUPLE3
  [0x61, (m) => appendOne(m)], // APPEND
  [0x65, (m) => appendAll(m)], // APPENDS
  [0x73, (m) => assignOne(m)], // SETITEM
  [0x75, (m) => assignAll(m)], // SETITEMS
  [0x71, (m) => m.remember(m.byte())], // BINPUT
  [0x72, (m) => m.remember(m.take(4).readUInt32LE(0))], // LONG_BINPUT
  [0x94, (m) => m.rememberNext()], // MEMOIZE
  [0x68, (m) => m.recall(m.byte())], // BINGET
  [0x6a, (m) => m.recall(m.take(4).readUInt32LE(0))], // LONG_BINGET
  [0x63, (m) => m.push(findGlobal(m.line(), m.line()))], // GLOBAL
  [0x93, (m) => stackGlobal(m)], // STACK_GLOBAL
  [0x51, (m) => storage(m)], // BINPERSID
  [0x52, (m) => reduce(m)], // REDUCE
  // BUILD: the state of an OrderedDict is metadata of torch's modules, which nothing here reads.
  [0x62, (m) => void m.pop()],
])

function appendOne(machine: Machine): void {
  const item = machine.pop()
  machine.append([item])
}

function appendAll(machine: Machine): void {
  const items = machine.sinceMark()
  machine.append(items)
}

function assignOne(machine: Machine): void {
  const value = machine.pop()
  const key = machine.pop()
  machine.assign([key, value])
}

function assignAll(machine: Machine): void {
  const items = machine.sinceMark()
  machine.assign(items)
}

function stackGlobal(machine: Machine): void {
  const name = machine.popText()
  machine.push(findGlobal(machine.popText(), name))
}

function storage(machine: Machine): void {
  const ref = storageOf(machine.pop())
  machine.storages.set(ref.key, ref)
  machine.push(ref)
}

function reduce(machine: Machine): void {
  const args = machine.pop()
  machine.push(callGlobal(machine.pop(), args))
}
