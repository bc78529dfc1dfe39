import type { Canvas, Rgb } from './canvas.ts'
import { GOAL_AT_S } from './match.ts'

/** 5 × 7 glyphs, one string of seven rows each. */
const GLYPHS: Readonly<Record<string, string>> = {
  '0': '01110 10001 10011 10101 11001 10001 01110',
  '1': '00100 01100 00100 00100 00100 00100 01110',
  '2': '01110 10001 00001 00110 01000 10000 11111',
  '3': '11110 00001 00001 01110 00001 00001 11110',
  '4': '00010 00110 01010 10010 11111 00010 00010',
  '5': '11111 10000 11110 00001 00001 10001 01110',
  '6': '00110 01000 10000 11110 10001 10001 01110',
  '7': '11111 00001 00010 00100 01000 01000 01000',
  '8': '01110 10001 10001 01110 10001 10001 01110',
  '9': '01110 10001 10001 01111 00001 00010 01100',
  ':': '00000 00100 00100 00000 00100 00100 00000',
  '-': '00000 00000 00000 01110 00000 00000 00000',
  B: '11110 10001 10001 11110 10001 10001 11110',
  D: '11110 10001 10001 10001 10001 10001 11110',
  E: '11111 10000 10000 11110 10000 10000 11111',
  I: '01110 00100 00100 00100 00100 00100 01110',
  M: '10001 11011 10101 10101 10001 10001 10001',
  T: '11111 00100 00100 00100 00100 00100 00100',
}

function text(canvas: Canvas, words: string, x: number, y: number, dotPx: number, color: Rgb): void {
  ;[...words].forEach((letter, i) => {
    const rows = GLYPHS[letter]?.split(' ') ?? []
    rows.forEach((row, r) => {
      ;[...row].forEach((on, c) => {
        if (on === '1') canvas.fillRect(x + (i * 6 + c) * dotPx, y + r * dotPx, dotPx, dotPx, color)
      })
    })
  })
}

/** The broadcaster's corner: Embers against Tide, and a clock that runs. */
export function drawScoreboard(canvas: Canvas, timeS: number): void {
  const dot = Math.max(1, Math.round(canvas.heightPx / 240))
  const x = dot * 12
  const y = dot * 11
  const seconds = 41 + Math.floor(timeS)
  const clock = `${67 + Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
  const goals = timeS > GOAL_AT_S + 0.7 ? '2-1' : '1-1'
  const ink: Rgb = [14, 20, 20]
  const chalk: Rgb = [244, 246, 242]
  canvas.fillRect(x, y, dot * 42, dot * 15, chalk, 0.96)
  canvas.fillRect(x + dot * 42, y, dot * 92, dot * 15, ink, 0.94)
  canvas.fillRect(x + dot * 42, y, dot * 3, dot * 15, [238, 92, 36])
  canvas.fillRect(x + dot * 131, y, dot * 3, dot * 15, [74, 128, 214])
  text(canvas, clock, x + dot * 6, y + dot * 4, dot, ink)
  text(canvas, 'EMB', x + dot * 50, y + dot * 4, dot, chalk)
  text(canvas, goals, x + dot * 79, y + dot * 4, dot, [255, 196, 84])
  text(canvas, 'TID', x + dot * 108, y + dot * 4, dot, chalk)
}
