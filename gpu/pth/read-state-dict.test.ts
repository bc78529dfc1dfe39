import { readFile } from 'node:fs/promises'
import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '#lib/contracts/errors.ts'
import { readStateDict } from './read-state-dict.ts'

const fixture = (name: string) => readFile(new URL(`./fixtures/${name}`, import.meta.url))

/** Values as PyTorch itself lists them, row by row. */
interface Expected {
  readonly shape: number[]
  readonly values: (number | string)[]
}

describe.each(['types-zip.pth', 'types-legacy.pth'])('a checkpoint of every number type and layout, %s', (name) => {
  it('is read as PyTorch reads it', async () => {
    const expected = JSON.parse((await fixture('types.json')).toString()) as Record<string, Expected>
    const state = readStateDict(await fixture(name))
    // The legacy file's names begin with "module.", as parallel training leaves them.
    expect([...state.keys()]).toEqual(Object.keys(expected))
    for (const [key, { shape, values }] of Object.entries(expected)) {
      expect(state.get(key)?.shape, key).toEqual(shape)
      expect([...(state.get(key)?.values() ?? [])], key).toEqual(values.map(Number))
    }
  })

  it('is refused with a coded error wherever it is cut off', async () => {
    const whole = await fixture(name)
    for (let length = 0; length < whole.length; length += 7) {
      const cut = whole.subarray(0, length)
      expect(() => readStateDict(cut), `${length} bytes`).toThrowError(AppError)
    }
  })

  it('gives tensors or a coded error whatever bytes are changed', async () => {
    const whole = await fixture(name)
    const change = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }))
    let read = 0
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const file = Buffer.from(whole)
        for (const [at, value] of changes) file[at] = value
        try {
          for (const tensor of readStateDict(file).values()) tensor.values()
          read += 1
        } catch (error) {
          expect(error).toBeInstanceOf(AppError)
        }
      }),
      { numRuns: 600 },
    )
    // Most bytes are numbers, so that many changed files are still whole.
    expect(read).toBeGreaterThan(0)
  })
})

/** A ZIP file with entries as given; `declared` lies about the unpacked size. */
function zip(entries: readonly { name: string; bytes: Buffer; packed?: boolean; declared?: number }[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, bytes, packed, declared } of entries) {
    const body = packed ? deflateRawSync(bytes) : bytes
    const method = packed ? 8 : 0
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(name.length, 26)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50, 0)
    central.writeUInt16LE(method, 10)
    central.writeUInt32LE(body.length, 20)
    central.writeUInt32LE(declared ?? bytes.length, 24)
    central.writeUInt16LE(name.length, 28)
    central.writeUInt32LE(offset, 42)
    parts.push(local, Buffer.from(name), body)
    directory.push(central, Buffer.from(name))
    offset += 30 + name.length + body.length
  }
  const listing = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, listing, end])
}

/** A pickle of `{"w": tensor}` with one float32 storage "0"; protocol 2. */
function tensorPickle({ shape, strides, offset = 0 }: { shape: number[]; strides: number[]; offset?: number }): Buffer {
  const text = (value: string) => {
    const length = Buffer.alloc(4)
    length.writeUInt32LE(value.length)
    return Buffer.concat([Buffer.from([0x58]), length, Buffer.from(value)])
  }
  const long = (value: number) => {
    const bytes = Buffer.alloc(9)
    bytes.writeUInt8(8)
    bytes.writeBigInt64LE(BigInt(value), 1)
    return Buffer.concat([Buffer.from([0x8a]), bytes])
  }
  const tuple = (...items: Buffer[]) => Buffer.concat([Buffer.from('('), ...items, Buffer.from('t')])
  const storage = tuple(text('storage'), Buffer.from('ctorch\nFloatStorage\n'), text('0'), text('cpu'), long(4))
  return Buffer.concat([
    Buffer.from([0x80, 2, 0x7d]),
    text('w'),
    Buffer.from('ctorch._utils\n_rebuild_tensor_v2\n'),
    tuple(
      Buffer.concat([storage, Buffer.from('Q')]),
      long(offset),
      tuple(...shape.map(long)),
      tuple(...strides.map(long)),
      Buffer.from([0x89]),
      Buffer.from([0x7d]),
    ),
    Buffer.from('Rs.'),
  ])
}

const numbers = { name: 'm/data/0', bytes: Buffer.from(Float32Array.of(1, 2, 3, 4).buffer) }
const file = (pickle: Buffer) => zip([{ name: 'm/data.pkl', bytes: pickle }, numbers])

function refusal(bytes: Buffer): AppError {
  try {
    for (const tensor of readStateDict(bytes).values()) tensor.values()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('the file was accepted')
}

describe('hostile files', () => {
  it('reads the honest one they are made from', () => {
    const tensor = readStateDict(file(tensorPickle({ shape: [2, 2], strides: [1, 2] }))).get('w')
    expect([...(tensor?.values() ?? [])]).toEqual([1, 3, 2, 4])
  })

  it.each([
    ['a shell command', Buffer.from('\x80\x02cposix\nsystem\n(X\x02\x00\x00\x00idtR.', 'latin1')],
    ['a builtin by its old name', Buffer.from('\x80\x02c__builtin__\neval\n(X\x01\x00\x00\x001tR.', 'latin1')],
    ['a builtin named on the stack', Buffer.from('\x80\x04\x8c\x08builtins\x8c\x04exec\x93.', 'latin1')],
    ['a property of torch', Buffer.from('\x80\x02ctorch\nload\n.', 'latin1')],
    ['what every object inherits', Buffer.from('\x80\x02ctorch\nconstructor\n.', 'latin1')],
    ['an object of a class', Buffer.from('\x80\x02(cposix\nsystem\no.', 'latin1')],
  ])('are refused when they ask for %s', (_name, pickle) => {
    expect(refusal(file(pickle))).toMatchObject({
      code: 'weights_mismatch',
      message: expect.stringMatching(/asks for|opcode/),
    })
  })

  it.each([
    ['a tensor beyond its storage', { shape: [5], strides: [1] }, /beyond its numbers/],
    ['an offset beyond its storage', { shape: [1], strides: [1], offset: 4 }, /beyond its numbers/],
    ['more numbers than memory', { shape: [2 ** 20, 2 ** 20], strides: [0, 0] }, /at most/],
    ['a size no number holds', { shape: [2 ** 40, 2 ** 40, 2 ** 40], strides: [0, 0, 0] }, /at most/],
    ['a negative size', { shape: [-1], strides: [1] }, /makes no sense/],
    ['more strides than axes', { shape: [2], strides: [1, 1] }, /no sensible shape/],
  ])('are refused when they claim %s', (_name, tensor, message) => {
    expect(refusal(file(tensorPickle(tensor)))).toMatchObject({
      code: 'weights_mismatch',
      message: expect.stringMatching(message),
    })
  })

  it('are refused when they unpack to more than they say', () => {
    const pickle = { name: 'm/data.pkl', bytes: tensorPickle({ shape: [4], strides: [1] }) }
    const bomb = { name: 'm/data/0', bytes: Buffer.alloc(50 << 20), packed: true, declared: 16 }
    const before = process.memoryUsage().arrayBuffers
    const bytes = zip([pickle, bomb])
    expect(bytes.length).toBeLessThan(100_000)
    expect(refusal(bytes)).toMatchObject({ message: expect.stringMatching(/cannot be unpacked/) })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200 << 20)
  })

  it('are refused when they say they unpack to gigabytes', () => {
    const pickle = { name: 'm/data.pkl', bytes: tensorPickle({ shape: [4], strides: [1] }) }
    expect(refusal(zip([pickle, { ...numbers, declared: 0xfffffff0 }]))).toMatchObject({
      message: expect.stringMatching(/at most/),
    })
  })

  it('are refused when their table of contents never ends', () => {
    const endless = Buffer.alloc(6_000_000, 0x4e)
    expect(refusal(file(endless))).toMatchObject({ message: expect.stringMatching(/too long/) })
  })

  it('are refused when they hold no tensors, or are something else altogether', () => {
    expect(refusal(file(Buffer.from('\x80\x02}.', 'latin1')))).toMatchObject({
      message: expect.stringMatching(/no tensors/),
    })
    expect(refusal(Buffer.from('<html>not found</html>'))).toMatchObject({ code: 'weights_mismatch' })
    expect(refusal(zip([numbers]))).toMatchObject({ message: expect.stringMatching(/data\.pkl/) })
  })
})
