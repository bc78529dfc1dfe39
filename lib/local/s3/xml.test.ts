import { describe, expect, it } from 'vitest'
import { childText, parseXml, xmlDocument } from './xml.ts'

describe('xml', () => {
  it('comes back from its own printing with every character', () => {
    const text = `<a> & "b" 'c' ]]> ä 日本 \u{1F3D0} \n\t\u0001`
    const root = parseXml(xmlDocument('Root', { Text: text, Gone: undefined, Item: [{ N: 1 }, { N: 2 }] }))
    expect(childText(root, 'Text')).toBe(text)
    expect(root.children.map(({ name }) => name)).toEqual(['Text', 'Item', 'Item'])
  })

  it('reads declarations, comments, attributes, empty elements and references', () => {
    const root = parseXml(`<?xml version="1.0"?><!-- hi --><R xmlns="urn:x" a='1'><E/><T>&#228;&#xe4;&apos;</T></R>\n`)
    expect(root.children.map(({ name }) => name)).toEqual(['E', 'T'])
    expect(childText(root, 'T')).toBe("ää'")
  })

  it.each([
    '',
    'text',
    '<A>',
    '<A></B>',
    '</A>',
    '<A/><B/>',
    '<A/>text',
    '<A>&unknown;</A>',
    '<A>&lt</A>',
    '<A>a & b</A>',
    '<A><![CDATA[x]]></A>',
    '<!DOCTYPE A [<!ENTITY x SYSTEM "file:///etc/passwd">]><A>&x;</A>',
    '<A b=c/>',
    '<A',
  ])('refuses %j', (source) => {
    expect(() => parseXml(source)).toThrow('not well-formed')
  })
})
