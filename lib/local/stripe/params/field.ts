import { badParameter, missingParameter } from '#lib/local/stripe/wire/errors.ts'
import type { FormTree, FormValue } from '#lib/local/stripe/wire/form-decoder.ts'

/** How one parameter is read from the form. `T` is what the SDK's own type promises for it. */
export interface Field<T> {
  readonly need: 'optional' | 'required' | 'unsupported'
  /** Whether `''`, Stripe's way to unset, is a value of its own. */
  readonly acceptsEmpty: boolean
  read(value: FormValue, param: string): T
}

type Required<T> = Field<T> & { readonly need: 'required' | 'unsupported' }
type RequiredKeys<P> = { [K in keyof P]-?: undefined extends P[K] ? never : K }[keyof P]

/**
 * A field for every key of the SDK's parameter type: a parameter added, removed or retyped by a new SDK is a compile error here.
 */
export type Fields<P> = {
  [K in keyof P]-?: K extends RequiredKeys<P> ? Required<NonNullable<P[K]>> : Field<NonNullable<P[K]>>
}

function field<T>(read: Field<T>['read'], acceptsEmpty = false): Field<T> {
  return { need: 'optional', acceptsEmpty, read }
}

export function required<T>(inner: Field<T>): Required<T> {
  return { ...inner, need: 'required' }
}

/** Stripe knows the parameter and this stand-in does not: refused aloud, never ignored. */
export function unsupported(): Required<never> {
  return {
    need: 'unsupported',
    acceptsEmpty: true,
    read: (_value, param) => {
      throw badParameter(param, `The local Stripe stand-in does not implement the parameter ${param}.`)
    },
  }
}

export function string(maxLength = 5000): Field<string> {
  return field((value, param) => readString(value, param, maxLength))
}

/** A string that `''` unsets. */
export function clearableString(maxLength = 5000): Field<string> {
  return field((value, param) => readString(value, param, maxLength), true)
}

/** Adds `''`, which unsets the value. */
export function emptyable<T>(inner: Field<T>): Field<T | ''> {
  return field((value, param) => (value === '' ? '' : inner.read(value, param)), true)
}

function readString(value: FormValue, param: string, maxLength: number): string {
  if (typeof value !== 'string') throw badParameter(param, `Invalid string: ${shown(value)}`)
  if (value.length > maxLength) {
    const message = `Invalid string: ${value.slice(0, 12)}...${value.slice(-4)}; must be at most ${maxLength} characters`
    throw badParameter(param, message, 'parameter_invalid_string_length')
  }
  return value
}

export function email(): Field<string> {
  return field((value, param) => {
    const text = readString(value, param, 512)
    if (text !== '' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) {
      throw badParameter(param, `Invalid email address: ${text}`, 'email_invalid')
    }
    return text
  }, true)
}

export function url(): Field<string> {
  return field((value, param) => {
    const text = readString(value, param, 5000)
    const parsed = URL.parse(text)
    if (!parsed || !/^https?:$/.test(parsed.protocol)) {
      const hint = text.includes('://') ? '' : ' URLs must begin with http or https.'
      throw badParameter(param, `Not a valid URL.${hint}`, 'url_invalid')
    }
    return text
  })
}

export function integer({ min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = {}): Field<number> {
  return field((value, param) => {
    if (typeof value !== 'string' || !/^-?\d{1,15}$/.test(value)) {
      throw badParameter(param, `Invalid integer: ${shown(value)}`, 'parameter_invalid_integer')
    }
    const number = Number(value)
    const message =
      number < min
        ? `This value must be greater than or equal to ${min}.`
        : number > max
          ? `This value must be less than or equal to ${max}.`
          : undefined
    if (message) throw badParameter(param, message, 'parameter_invalid_integer')
    return number
  })
}

export function boolean(): Field<boolean> {
  return field((value, param) => {
    if (value !== 'true' && value !== 'false') throw badParameter(param, `Invalid boolean: ${shown(value)}`)
    return value === 'true'
  })
}

export function oneOf<const V extends string>(...values: V[]): Field<V> {
  return field((value, param) => {
    const match = values.find((candidate) => candidate === value)
    if (match === undefined) throw badParameter(param, `Invalid ${param}: must be one of ${listed(values)}`)
    return match
  })
}

/** Values of an enum which Stripe accepts but this stand-in does not play. */
export function onlyOneOf<const V extends string>(supported: V[], known: string[]): Field<V> {
  return field((value, param) => {
    const match = supported.find((candidate) => candidate === value)
    if (match !== undefined) return match
    if (typeof value === 'string' && known.includes(value)) {
      throw badParameter(param, `The local Stripe stand-in plays ${param} ${listed(supported)} only, not ${value}.`)
    }
    throw badParameter(param, `Invalid ${param}: must be one of ${listed([...supported, ...known])}`)
  })
}

function listed(values: readonly string[]): string {
  if (values.length < 2) return values.join('')
  return `${values.slice(0, -1).join(', ')}${values.length > 2 ? ',' : ''} or ${values.at(-1)}`
}

export function arrayOf<T>(item: Field<T>, { max = 100 } = {}): Field<T[]> {
  return field((value, param) => {
    const keys = value instanceof Map ? [...value.keys()] : []
    if (!(value instanceof Map) || keys.some((key, index) => key !== String(index))) {
      throw badParameter(param, 'Invalid array')
    }
    if (value.size > max) throw badParameter(param, `Array ${param} exceeded maximum ${max} allowed elements.`)
    return [...value.entries()].map(([key, child]) => readField(item, child, `${param}[${key}]`))
  })
}

export function either<A, B>(scalar: Field<A>, tree: Field<B>): Field<A | B> {
  return field((value, param) => (value instanceof Map ? tree.read(value, param) : scalar.read(value, param)))
}

export function object<P>(fields: Fields<P>): Field<P> {
  return field((value, param) => {
    if (!(value instanceof Map)) throw badParameter(param, 'Invalid object')
    return readFields(fields, value, param)
  })
}

/** Reads all parameters of a request. @throws RequestError in Stripe's words for the first fault found. */
export function readParams<P>(fields: Fields<P>, form: FormTree): P {
  return readFields(fields, form, '')
}

function readFields<P>(fields: Fields<P>, form: FormTree, prefix: string): P {
  const name = (key: string) => (prefix === '' ? key : `${prefix}[${key}]`)
  const unknown = [...form.keys()].filter((key) => !Object.hasOwn(fields, key)).map(name)
  if (unknown.length > 0) {
    const plural = unknown.length > 1 ? 's' : ''
    throw badParameter(
      unknown[0] ?? '',
      `Received unknown parameter${plural}: ${unknown.join(', ')}`,
      'parameter_unknown',
    )
  }
  const entries: [string, unknown][] = []
  for (const [key, spec] of Object.entries<Field<unknown>>(fields)) {
    const value = form.get(key)
    if (value !== undefined) entries.push([key, readField(spec, value, name(key))])
    else if (spec.need === 'required') throw missingParameter(name(key))
  }
  return Object.fromEntries(entries) as P
}

function readField<T>(spec: Field<T>, value: FormValue, param: string): T {
  if (value === '' && !spec.acceptsEmpty) {
    const message =
      `You passed an empty string for '${param}'. We assume empty values are an attempt to unset a parameter; however ` +
      `'${param}' cannot be unset. You should remove '${param}' from your request or supply a non-empty value.`
    throw badParameter(param, message, 'parameter_invalid_empty')
  }
  return spec.read(value, param)
}

function shown(value: FormValue): string {
  return typeof value === 'string' ? value : `{${[...value.keys()].join(', ')}}`
}
