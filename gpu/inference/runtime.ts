/** How ONNX Runtime is called: through its C API, or through its Node package (docs/decisions/008-c-api-backend.md). The faster one first. */
export const RUNTIMES = ['c-api', 'node'] as const
export type Runtime = (typeof RUNTIMES)[number]
