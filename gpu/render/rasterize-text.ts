import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startTool, type ToolLimits } from '#gpu/media/ffmpeg.ts'
import { AppError } from '#lib/contracts/errors.ts'

export interface TextOptions {
  /** Height of the font as libass counts it: ascent and descent, about 1.2 em. */
  readonly fontPx: number
  /** Size of the masks; text starts `insetPx` from the left and is centred between top and bottom. */
  readonly width: number
  readonly height: number
  readonly insetPx: number
  readonly workDir: string
  readonly limits: ToolLimits
  readonly signal: AbortSignal
}

export interface RasterizedText {
  /** One coverage mask (0–255) a line, row by row. */
  readonly masks: readonly Uint8Array[]
  /** Characters that no installed font has. */
  readonly missing: ReadonlySet<string>
}

/** Inter where it is installed, whatever else has the character otherwise. */
const FONT = 'Inter'
const FILE = 'labels.ass'

/**
 * Draws lines of any text, one mask each, in one run of ffmpeg with libass: it shapes every script and looks for missing characters in all
 * installed fonts. Throws `encode_failed` when ffmpeg cannot.
 */
export async function rasterizeText(lines: readonly string[], options: TextOptions): Promise<RasterizedText> {
  const { width, height, workDir, limits, signal } = options
  await writeFile(join(workDir, FILE), assScript(lines, options))
  const missing = new Set<string>()
  const onLogLine = (line: string) => {
    const glyph = /failed to find any fallback with glyph 0x([0-9A-F]+)/i.exec(line)
    if (glyph) missing.add(String.fromCodePoint(Number.parseInt(glyph[1] ?? '0', 16)))
    return line.includes('Parsed_ass')
  }
  const source = `color=c=black:s=${width}x${height}:r=1,format=gray,ass=${FILE}`
  const args = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'info', '-f', 'lavfi', '-i', source]
  const output = ['-frames:v', String(lines.length), '-pix_fmt', 'gray', '-f', 'rawvideo', 'pipe:1']
  // In the folder itself: a path inside a filter would have to be escaped three times over.
  const tool = startTool('ffmpeg', [...args, ...output], { limits, signal, onLogLine, outBytes: true, cwd: workDir })
  const pixels = new Uint8Array(lines.length * width * height)
  let filled = 0
  try {
    for await (const chunk of (tool.output ?? []) as AsyncIterable<Uint8Array>) {
      pixels.set(chunk.subarray(0, pixels.length - filled), filled)
      filled += chunk.length
    }
  } finally {
    tool.kill()
  }
  const { code, log } = await tool.exit
  signal.throwIfAborted()
  if (code !== 0 || filled !== pixels.length)
    throw new AppError('encode_failed', 'The labels could not be drawn.', { cause: log })
  // Some versions draw grey of limited range; the first pixel is never text.
  const black = pixels[0] ?? 0
  if (black > 0) for (const [at, value] of pixels.entries()) pixels[at] = Math.min(255, ((value - black) * 255) / 219)
  const masks = lines.map((_, index) => pixels.subarray(index * width * height, (index + 1) * width * height))
  return { masks, missing }
}

/** Advanced SubStation Alpha: line n is shown in second n. */
function assScript(lines: readonly string[], { fontPx, width, height, insetPx }: TextOptions): string {
  const style = `Style: L,${FONT},${fontPx},&H00FFFFFF,&H00FFFFFF,&HFF000000,&HFF000000,0,0,0,0,100,100,0,0,1,0,0,4,${insetPx},0,0,1`
  return [
    '[Script Info]',
    'ScriptType: v4.00+',
    `PlayResX: ${width}`,
    `PlayResY: ${height}`,
    'WrapStyle: 2',
    '[V4+ Styles]',
    'Format: Name,Fontname,Fontsize,PrimaryColour,SecondaryColour,OutlineColour,BackColour,Bold,Italic,Underline,StrikeOut,ScaleX,ScaleY,Spacing,Angle,BorderStyle,Outline,Shadow,Alignment,MarginL,MarginR,MarginV,Encoding',
    style,
    '[Events]',
    'Format: Layer,Start,End,Style,Name,MarginL,MarginR,MarginV,Effect,Text',
    ...lines.map((line, n) => `Dialogue: 0,${assTime(n)},${assTime(n + 1)},L,,0,0,0,,{\\b600}${escapeAss(line)}`),
    '',
  ].join('\n')
}

function assTime(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.00`
}

/** Nothing of a label may be taken for a command: braces are escaped, and a backslash is parted from what follows by a word joiner. */
export function escapeAss(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, ' ')
    .replaceAll('\\', '\\\u2060')
    .replace(/[{}]/g, '\\$&')
}
