import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { STRIPE_EVENT_HANDLERS } from './index.ts'

test('operators are told to subscribe to every event that something handles, and to no other', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/operations.md'), 'utf8')
  const steps = page.slice(page.indexOf('3. **Stripe**'), page.indexOf('4. **RunPod**'))
  const named = [...steps.matchAll(/`((?:checkout|payment_intent|charge|refund|invoice)\.[a-z_.]+)`/g)].map(
    ([, name]) => name,
  )
  expect(named.toSorted()).toEqual([...STRIPE_EVENT_HANDLERS.keys()].toSorted())
})

test('one list of Stripe’s takes all of them', () => {
  // https://docs.stripe.com/api/events/list#list_events-types: up to 20 names.
  expect(STRIPE_EVENT_HANDLERS.size).toBeLessThanOrEqual(20)
})
