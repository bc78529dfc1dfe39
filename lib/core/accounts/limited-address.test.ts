import { expect, test } from 'vitest'
import { limitedAddress } from './limited-address.ts'

test('an IPv4 address counts as itself, also when written as IPv6', () => {
  expect(limitedAddress('192.0.2.7')).toBe('192.0.2.7')
  expect(limitedAddress('::ffff:192.0.2.7')).toBe('192.0.2.7')
  expect(limitedAddress('0:0:0:0:0:FFFF:192.0.2.7')).toBe('192.0.2.7')
})

test('all addresses of one /64 count together, however they are written', () => {
  const same = [
    '2001:db8:1:2::1',
    '2001:db8:1:2:ffff:ffff:ffff:ffff',
    '2001:0DB8:0001:0002:0:0:0:9',
    '2001:db8:1:2::192.0.2.7',
    '2001:db8:1:2::1%eth0',
  ]
  expect(new Set(same.map(limitedAddress))).toEqual(new Set(['2001:db8:1:2::/64']))
})

test('addresses of different networks count apart', () => {
  expect(limitedAddress('2001:db8:1:3::1')).toBe('2001:db8:1:3::/64')
  expect(limitedAddress('2001:db8::1')).toBe('2001:db8:0:0::/64')
  expect(limitedAddress('2001:db8::1:2:3:4:5')).toBe('2001:db8:0:1::/64')
  expect(limitedAddress('::1')).toBe('0:0:0:0::/64')
})
