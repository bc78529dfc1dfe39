/** A pinhole camera in the main stand. World: x along the pitch, y away from the stand, z up, metres; the centre spot is the origin. */
export interface Vec3 {
  x: number
  y: number
  z: number
}

export interface Camera {
  position: Vec3
  right: Vec3
  up: Vec3
  forward: Vec3
  focalPx: number
  widthPx: number
  heightPx: number
}

export interface ScreenPoint {
  x: number
  y: number
  /** Pixels per metre at that depth. */
  scale: number
}

/** Looks from `position` at `target`; `fovDeg` is horizontal. */
export function aimCamera(o: {
  position: Vec3
  target: Vec3
  fovDeg: number
  widthPx: number
  heightPx: number
}): Camera {
  const forward = normalize(subtract(o.target, o.position))
  const right = normalize({ x: forward.y, y: -forward.x, z: 0 })
  const up = cross(right, forward)
  const focalPx = o.widthPx / 2 / Math.tan((o.fovDeg * Math.PI) / 360)
  return { position: o.position, right, up, forward, focalPx, widthPx: o.widthPx, heightPx: o.heightPx }
}

export function project(camera: Camera, p: Vec3): ScreenPoint {
  const d = subtract(p, camera.position)
  const depth = dot(d, camera.forward)
  const scale = camera.focalPx / depth
  return {
    x: camera.widthPx / 2 + dot(d, camera.right) * scale,
    y: camera.heightPx / 2 - dot(d, camera.up) * scale,
    scale,
  }
}

/** Direction of the ray through a pixel centre (not normalised; its forward part is 1). */
export function rayThrough(camera: Camera, px: number, py: number): Vec3 {
  const u = (px + 0.5 - camera.widthPx / 2) / camera.focalPx
  const v = (camera.heightPx / 2 - py - 0.5) / camera.focalPx
  const { forward, right, up } = camera
  return {
    x: forward.x + right.x * u + up.x * v,
    y: forward.y + right.y * u + up.y * v,
    z: forward.z + right.z * u + up.z * v,
  }
}

function subtract(a: Vec3, b: Vec3): Vec3 {
  return { x: a.x - b.x, y: a.y - b.y, z: a.z - b.z }
}

function dot(a: Vec3, b: Vec3): number {
  return a.x * b.x + a.y * b.y + a.z * b.z
}

function cross(a: Vec3, b: Vec3): Vec3 {
  return { x: a.y * b.z - a.z * b.y, y: a.z * b.x - a.x * b.z, z: a.x * b.y - a.y * b.x }
}

function normalize(a: Vec3): Vec3 {
  const length = Math.hypot(a.x, a.y, a.z)
  return { x: a.x / length, y: a.y / length, z: a.z / length }
}
