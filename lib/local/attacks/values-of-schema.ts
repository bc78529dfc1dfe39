import fc from 'fast-check'
import { z } from 'zod'

/** The part of JSON Schema that zod's own conversion writes for the schemas of this project. */
interface Node {
  type?: string
  properties?: Record<string, Node>
  required?: string[]
  additionalProperties?: Node | boolean
  propertyNames?: Node
  items?: Node
  prefixItems?: Node[]
  anyOf?: Node[]
  oneOf?: Node[]
  allOf?: Node[]
  enum?: unknown[]
  const?: unknown
  default?: unknown
  format?: string
  pattern?: string
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  $ref?: string
  $defs?: Record<string, Node>
}

export type Ids = readonly string[]

const LARGEST = Number.MAX_SAFE_INTEGER

/** Values a zod schema would mostly take; texts under a key that names an id come from `ids`. */
export function valuesOf(schema: z.ZodType, ids: Ids): fc.Arbitrary<unknown> {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Node
  return values(root, { root, ids, key: '' })
}

/** The names under which a schema takes ids, at any depth of its objects. */
export function idFieldsOf(schema: z.ZodType): string[] {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Node
  const walk = (node: Node, depth: number): string[] =>
    depth > 6
      ? []
      : [
          ...Object.entries(node.properties ?? {}).flatMap(([key, child]) => [
            ...(isIdKey(key) ? [key] : []),
            ...walk(child, depth + 1),
          ]),
          ...[...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])].flatMap((n) => walk(n, depth + 1)),
          ...(node.items ? walk(node.items, depth + 1) : []),
        ]
  return [...new Set(walk(root, 0))]
}

function isIdKey(key: string): boolean {
  return key === 'id' || /_ids?$/.test(key)
}

interface Place {
  root: Node
  ids: Ids
  key: string
}

function values(node: Node, place: Place): fc.Arbitrary<unknown> {
  if (node.$ref) return referred(node.$ref, place)
  if (node.const !== undefined) return fc.constant(node.const)
  if (node.enum) return fc.constantFrom(...node.enum)
  const options = node.anyOf ?? node.oneOf
  if (options) return fc.oneof(...options.map((option) => values(option, place)))
  if (node.allOf)
    return fc.tuple(...node.allOf.map((part) => values(part, place))).map((parts) => Object.assign({}, ...parts))
  switch (node.type) {
    case 'object':
      return objects(node, place)
    case 'array':
      return lists(node, place)
    case 'string':
      return texts(node, place)
    case 'integer':
    case 'number':
      return numbers(node)
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return fc.jsonValue({ maxDepth: 3 })
  }
}

function referred(ref: string, place: Place): fc.Arbitrary<unknown> {
  const name = ref.replace('#/$defs/', '')
  const target = place.root.$defs?.[name]
  // A schema that contains itself ends at its first return.
  return target ? values(target, { ...place, root: { ...place.root, $defs: {} } }) : fc.jsonValue({ maxDepth: 2 })
}

function objects(node: Node, place: Place): fc.Arbitrary<unknown> {
  const required = new Set(node.required ?? [])
  const known = Object.entries(node.properties ?? {})
  const model = Object.fromEntries(known.map(([key, child]) => [key, values(child, { ...place, key })]))
  const optional = known.map(([key]) => key).filter((key) => !required.has(key))
  const base = fc.record(model, { requiredKeys: Object.keys(model).filter((key) => !optional.includes(key)) })
  if (known.length > 0 || typeof node.additionalProperties !== 'object') return base
  const names = node.propertyNames ? values(node.propertyNames, { ...place, key: '' }) : fc.string({ maxLength: 12 })
  return fc.dictionary(names.map(String), values(node.additionalProperties, { ...place, key: '' }), { maxKeys: 4 })
}

function lists(node: Node, place: Place): fc.Arbitrary<unknown> {
  if (node.prefixItems) return fc.tuple(...node.prefixItems.map((item) => values(item, place)))
  const minLength = node.minItems ?? 0
  const maxLength = Math.min(node.maxItems ?? 4, minLength + 4)
  return fc.array(node.items ? values(node.items, place) : fc.jsonValue(), { minLength, maxLength })
}

function texts(node: Node, place: Place): fc.Arbitrary<unknown> {
  if (isIdKey(place.key) && node.format !== 'uuid' && place.ids.length > 0) return fc.constantFrom(...place.ids)
  if (node.format === 'uuid') return fc.uuid()
  if (node.format === 'email') return fc.emailAddress()
  if (node.format === 'uri') return fc.webUrl()
  if (node.pattern) return matching(node.pattern)
  const minLength = Math.min(node.minLength ?? 0, 200)
  return fc.string({ minLength, maxLength: Math.min(node.maxLength ?? 40, minLength + 40) })
}

function matching(pattern: string): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(pattern))
  } catch {
    // fast-check writes no texts for look-arounds; the route gets to refuse whatever comes.
    return fc.string()
  }
}

function numbers(node: Node): fc.Arbitrary<number> {
  const low =
    node.minimum ??
    (node.exclusiveMinimum === undefined ? -1000 : node.exclusiveMinimum + (node.type === 'integer' ? 1 : 1e-6))
  const high =
    node.maximum ??
    (node.exclusiveMaximum === undefined ? low + 100_000 : node.exclusiveMaximum - (node.type === 'integer' ? 1 : 1e-6))
  if (node.type === 'number') return fc.double({ min: low, max: Math.max(low, high), noNaN: true })
  const min = Math.max(-LARGEST, Math.ceil(low))
  // Small numbers find more: indexes, counts and sizes that exist.
  return fc.oneof(
    fc.integer({ min, max: Math.max(min, Math.min(LARGEST, Math.floor(high))) }),
    fc.integer({ min, max: Math.max(min, Math.min(min + 5, Math.floor(high))) }),
  )
}
