import type Stripe from 'stripe'
import { badParameter } from '#lib/local/stripe/wire/errors.ts'
import { arrayOf, clearableString, either, type Field, integer, object, oneOf, string } from './field.ts'

/** Smallest amounts that may be charged (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts). */
export const MINIMUM_AMOUNTS = { usd: 50, eur: 50, gbp: 30, cad: 50, aud: 50, chf: 50 } as const
export const MAXIMUM_AMOUNT = 99_999_999

export type Currency = keyof typeof MINIMUM_AMOUNTS

export function isCurrency(text: string): text is Currency {
  return Object.hasOwn(MINIMUM_AMOUNTS, text)
}

/** Lower-cased, as Stripe stores it. */
export function currency(): Field<string> {
  const text = string()
  return {
    ...text,
    read: (value, param) => {
      const code = text.read(value, param).toLowerCase()
      if (isCurrency(code)) return code
      const message = `Invalid currency: ${code}. Stripe currently supports these currencies: ${Object.keys(MINIMUM_AMOUNTS).join(', ')}`
      throw badParameter(param, message)
    },
  }
}

/** Up to 50 keys of 40 characters, values of 500 (https://docs.stripe.com/api/metadata). `''` as a value removes its key. */
export function metadata(): Field<Stripe.MetadataParam> {
  return {
    need: 'optional',
    acceptsEmpty: false,
    read: (value, param) => {
      if (!(value instanceof Map)) throw badParameter(param, 'Invalid object')
      if (value.size > 50) throw badParameter(param, 'Metadata can have up to 50 keys.', 'metadata_too_many_keys')
      const entries = [...value.entries()].map(([key, text]): [string, string] => {
        if (key.length > 40) throw badParameter(`${param}[${key}]`, `Metadata keys can have up to 40 characters.`)
        if (typeof text !== 'string') throw badParameter(`${param}[${key}]`, 'Metadata values must be strings.')
        if (text.length > 500) throw badParameter(`${param}[${key}]`, 'Metadata values can have up to 500 characters.')
        return [key, text]
      })
      return Object.fromEntries(entries)
    },
  }
}

/** Merges new metadata into old: `''` for one key removes it, `''` for all clears. */
export function mergeMetadata(
  old: Stripe.Metadata | null,
  change: Stripe.MetadataParam | '' | null | undefined,
): Stripe.Metadata {
  if (change === undefined) return old ?? {}
  if (change === '' || change === null) return {}
  const merged = { ...old, ...change }
  const kept = Object.entries(merged).filter(([, value]) => value !== '' && value !== null)
  return Object.fromEntries(kept.map(([key, value]) => [key, String(value)]))
}

export function expand(): Field<string[]> {
  return arrayOf(string(), { max: 20 })
}

export function createdRange(): Field<Stripe.RangeQueryParam | number> {
  const bound = integer({ min: 0 })
  return either(integer({ min: 0 }), object<Stripe.RangeQueryParam>({ gt: bound, gte: bound, lt: bound, lte: bound }))
}

export const pagination = {
  ending_before: string(),
  limit: integer({ min: 1, max: 100 }),
  starting_after: string(),
}

export function address(): Field<Stripe.AddressParam> {
  const line = clearableString()
  return object<Stripe.AddressParam>({
    city: line,
    country: line,
    line1: line,
    line2: line,
    postal_code: line,
    state: line,
  })
}

export function futureUsage(): Field<'off_session' | 'on_session'> {
  return oneOf('off_session', 'on_session')
}
