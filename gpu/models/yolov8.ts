import type { DetectorModel } from '#gpu/detect/detector-model.ts'

/** YOLOv8 as ONNX: RGB 0–1, grey padding on both sides. AGPL-3.0: an operator who may use it brings the file. */
function yolov8(size: 'n' | 'm' | 'x'): DetectorModel {
  return {
    name: `yolov8${size}`,
    licence: 'AGPL-3.0',
    verified: false,
    weights: {
      file: `yolov8${size}.onnx`,
      sha256: undefined,
      source: 'https://docs.ultralytics.com/models/yolov8',
    },
    head: 'yolov8',
    pixels: { order: 'rgb', white: 1, padding: 114 / 255 },
    placement: 'centre',
  }
}

export const YOLOV8 = { yolov8n: yolov8('n'), yolov8m: yolov8('m'), yolov8x: yolov8('x') } as const
