import type { Vec3 } from './camera.ts'
import type { Rgb } from './canvas.ts'
import type { PlayerState, Side } from './match.ts'
import { hash2, mix } from './noise.ts'

/** One limb of a figure in the world, radii in metres. */
export interface Limb {
  a: Vec3
  b: Vec3
  ra: number
  rb: number
  color: Rgb
}

interface Kit {
  shirt: Rgb
  sleeve: Rgb
  shorts: Rgb
  socks: Rgb
}

const KITS: Readonly<Record<Side, Kit>> = {
  home: { shirt: [238, 92, 36], sleeve: [252, 236, 220], shorts: [28, 32, 38], socks: [238, 92, 36] },
  away: { shirt: [236, 242, 248], sleeve: [44, 86, 160], shorts: [40, 78, 148], socks: [236, 242, 248] },
  keeper: { shirt: [196, 222, 62], sleeve: [196, 222, 62], shorts: [36, 44, 36], socks: [196, 222, 62] },
  referee: { shirt: [26, 26, 30], sleeve: [26, 26, 30], shorts: [22, 22, 26], socks: [26, 26, 30] },
}
const SKINS: readonly Rgb[] = [
  [240, 200, 168],
  [214, 162, 122],
  [168, 114, 78],
  [112, 74, 52],
  [84, 56, 42],
]
const HAIRS: readonly Rgb[] = [
  [36, 26, 20],
  [72, 48, 28],
  [24, 22, 24],
  [160, 118, 62],
]
const BOOT: Rgb = [24, 24, 28]

/** A body's joints: `forward` along the run, `side` to its left, `z` up. */
type Joint = (forward: number, side: number, z: number) => Vec3

/** Places joints in the world: turned by the heading, leaning with speed, tipped over by a dive. */
function jointPlacer(p: PlayerState): Joint {
  const c = Math.cos(p.heading)
  const s = Math.sin(p.heading)
  const lean = Math.min(0.24, p.speed * 0.028)
  const tip = p.dive * 1.25
  const hop =
    p.joy * 0.3 * Math.abs(Math.sin(p.stride * 0.7)) + Math.abs(Math.sin(p.stride)) * Math.min(0.06, p.speed * 0.01)
  return (forward, side, z) => {
    const f = forward + z * lean
    const x = p.x + f * c - side * s
    const y = p.y + f * s + side * c
    // The keeper throws himself to his right-hand post: upright height becomes distance along the goal line.
    return { x, y: y - z * Math.sin(tip), z: (z + hop) * Math.cos(tip) + p.dive * 0.55 }
  }
}

function legs(p: PlayerState, at: Joint, kit: Kit, skin: Rgb): Limb[] {
  const drive = Math.min(1, p.speed / 6.5) * (1 - p.joy * 0.4)
  return [1, -1].flatMap((side) => {
    const swing = Math.sin(p.stride + (side > 0 ? 0 : Math.PI))
    const lift = Math.max(0, Math.cos(p.stride + (side > 0 ? 0 : Math.PI)))
    const thigh = swing * 0.85 * drive + 0.12 * drive
    const bend = (0.25 + lift * 1.5 + (swing < 0 ? 0.5 : 0)) * drive
    const hip = [0, side * 0.1, 0.92] as const
    const knee = [Math.sin(thigh) * 0.46, side * 0.12, 0.92 - Math.cos(thigh) * 0.46] as const
    const shin = thigh - bend
    const ankle = [
      knee[0] + Math.sin(shin) * 0.44,
      side * 0.12,
      Math.max(0.06, knee[2] - Math.cos(shin) * 0.44),
    ] as const
    const mid = [mix(hip[0], knee[0], 0.62), side * 0.11, mix(hip[2], knee[2], 0.62)] as const
    const low = [mix(knee[0], ankle[0], 0.3), side * 0.12, mix(knee[2], ankle[2], 0.3)] as const
    return [
      { a: at(...mid), b: at(...knee), ra: 0.085, rb: 0.07, color: skin },
      { a: at(...low), b: at(...ankle), ra: 0.075, rb: 0.05, color: kit.socks },
      {
        a: at(...ankle),
        b: at(ankle[0] + 0.17, ankle[1], Math.max(0.04, ankle[2] - 0.03)),
        ra: 0.055,
        rb: 0.045,
        color: BOOT,
      },
      { a: at(...hip), b: at(...mid), ra: 0.14, rb: 0.12, color: kit.shorts },
    ]
  })
}

function arms(p: PlayerState, at: Joint, kit: Kit, skin: Rgb): Limb[] {
  const drive = Math.min(1, p.speed / 6)
  const up = Math.max(p.joy, p.dive)
  return [1, -1].flatMap((side) => {
    const swing = -Math.sin(p.stride + (side > 0 ? 0 : Math.PI)) * 0.7 * drive
    const shoulder = [0, side * 0.2, 1.42] as const
    const elbow = [
      mix(Math.sin(swing) * 0.27, 0, up),
      side * mix(0.27, 0.26, up),
      mix(1.42 - Math.cos(swing) * 0.27, 1.66, up),
    ] as const
    const hand = [
      elbow[0] + mix(0.1 + drive * 0.14, 0, up),
      side * mix(0.24, 0.3, up),
      mix(elbow[2] - 0.14 + drive * 0.16, 1.96, up),
    ] as const
    return [
      { a: at(...shoulder), b: at(...elbow), ra: 0.075, rb: 0.062, color: kit.sleeve },
      { a: at(...elbow), b: at(...hand), ra: 0.05, rb: 0.042, color: skin },
    ]
  })
}

/** The limbs of a player, in no particular order; the drawer sorts them by depth. */
export function figure(p: PlayerState): Limb[] {
  const kit = KITS[p.side]
  const skin = SKINS[Math.floor(hash2(p.id, 3) * SKINS.length)] ?? [214, 162, 122]
  const hair = HAIRS[Math.floor(hash2(p.id, 4) * HAIRS.length)] ?? [36, 26, 20]
  const at = jointPlacer(p)
  return [
    ...legs(p, at, kit, skin),
    ...arms(p, at, kit, skin),
    { a: at(0, 0, 0.96), b: at(0, 0, 1.02), ra: 0.17, rb: 0.175, color: kit.shorts },
    { a: at(0, 0, 1.04), b: at(0, 0, 1.38), ra: 0.165, rb: 0.2, color: kit.shirt },
    { a: at(0.01, 0, 1.46), b: at(0.02, 0, 1.56), ra: 0.06, rb: 0.06, color: skin },
    { a: at(0.03, 0, 1.66), b: at(0.03, 0, 1.7), ra: 0.1, rb: 0.105, color: skin },
    { a: at(-0.015, 0, 1.71), b: at(0, 0, 1.755), ra: 0.1, rb: 0.088, color: hair },
  ]
}
