import { expect, test } from 'vitest'
import { redactJson } from './redact-json.ts'

test('named keys lose their value at any depth, and addresses are found anywhere', () => {
  const event = {
    id: 'pi_1',
    amount: 500,
    paid: true,
    receipt_email: 'a@example.com',
    billing_details: { name: 'Ada', address: { city: 'Paris' } },
    charges: [{ note: 'paid by Ada <ada+x@example.co.uk>, thanks', url: 'https://pay.test/receipt?to=b@example.com' }],
    empty: null,
  }
  expect(redactJson(event, new Set(['receipt_email', 'billing_details']))).toEqual({
    id: 'pi_1',
    amount: 500,
    paid: true,
    receipt_email: '[removed]',
    billing_details: null,
    charges: [{ note: 'paid by Ada <[removed]>, thanks', url: 'https:[removed]' }],
    empty: null,
  })
  expect(event.receipt_email).toBe('a@example.com')
})

test('what holds nothing personal stays as it is', () => {
  const plain = { id: 'evt_1', list: [1, 'two', null], nested: { ok: true, name: '' } }
  expect(redactJson(plain, new Set(['name']))).toEqual(plain)
})
