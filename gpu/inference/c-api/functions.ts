/** The release the indices below belong to; ONNX Runtime only ever appends to its table, but a wrong one crashes the process. */
export const ORT_VERSION = '1.30.0'
/** `ORT_API_VERSION` of that release: what `GetApi` is asked for. */
export const ORT_API_VERSION = 30

interface Declared {
  /** Place in `struct OrtApi` of onnxruntime_c_api.h, counted from 0. */
  readonly index: number
  readonly returns: 'void *' | 'const char *' | 'void'
  readonly parameters: string
}

/** Most functions answer an `OrtStatus *`: null when all is well. */
const status = (index: number, parameters: string): Declared => ({ index, returns: 'void *', parameters })
const release = (index: number): Declared => ({ index, returns: 'void', parameters: 'void *object' })

/** The part of the C API this worker calls. */
export const FUNCTIONS = {
  GetErrorMessage: { index: 2, returns: 'const char *', parameters: 'void *status' },
  CreateEnv: status(3, 'int level, const char *id, _Out_ void **env'),
  CreateSessionFromArray: status(8, 'void *env, void *data, size_t bytes, void *options, _Out_ void **session'),
  CreateSessionOptions: status(10, '_Out_ void **options'),
  SetSessionLogSeverityLevel: status(22, 'void *options, int level'),
  SetSessionGraphOptimizationLevel: status(23, 'void *options, int level'),
  SetIntraOpNumThreads: status(24, 'void *options, int threads'),
  SetInterOpNumThreads: status(25, 'void *options, int threads'),
  SessionGetInputCount: status(30, 'void *session, _Out_ size_t *count'),
  SessionGetOutputCount: status(31, 'void *session, _Out_ size_t *count'),
  SessionGetInputTypeInfo: status(33, 'void *session, size_t index, _Out_ void **info'),
  SessionGetOutputTypeInfo: status(34, 'void *session, size_t index, _Out_ void **info'),
  SessionGetInputName: status(36, 'void *session, size_t index, void *allocator, _Out_ void **name'),
  SessionGetOutputName: status(37, 'void *session, size_t index, void *allocator, _Out_ void **name'),
  CreateRunOptions: status(39, '_Out_ void **options'),
  RunOptionsSetTerminate: status(46, 'void *options'),
  RunOptionsUnsetTerminate: status(47, 'void *options'),
  CreateTensorWithDataAsOrtValue: status(
    49,
    'void *memory, void *data, size_t bytes, int64_t *dims, size_t rank, int type, _Out_ void **value',
  ),
  GetTensorMutableData: status(51, 'void *value, _Out_ void **data'),
  CastTypeInfoToTensorInfo: status(55, 'void *info, _Out_ void **tensor'),
  GetTensorElementType: status(60, 'void *tensor, _Out_ int *type'),
  GetDimensionsCount: status(61, 'void *tensor, _Out_ size_t *rank'),
  GetDimensions: status(62, 'void *tensor, int64_t *dims, size_t rank'),
  GetSymbolicDimensions: status(63, 'void *tensor, void *names, size_t rank'),
  GetTensorTypeAndShape: status(65, 'void *value, _Out_ void **tensor'),
  CreateMemoryInfo: status(68, 'const char *name, int allocator, int device, int memory, _Out_ void **info'),
  CreateCpuMemoryInfo: status(69, 'int allocator, int memory, _Out_ void **info'),
  AllocatorFree: status(76, 'void *allocator, void *memory'),
  GetAllocatorWithDefaultOptions: status(78, '_Out_ void **allocator'),
  ReleaseStatus: release(93),
  ReleaseMemoryInfo: release(94),
  ReleaseSession: release(95),
  ReleaseValue: release(96),
  ReleaseRunOptions: release(97),
  ReleaseTypeInfo: release(98),
  ReleaseTensorTypeAndShapeInfo: release(99),
  ReleaseSessionOptions: release(100),
  AddFreeDimensionOverrideByName: status(124, 'void *options, const char *name, int64_t value'),
  CreateAllocator: status(131, 'void *session, void *memory, _Out_ void **allocator'),
  ReleaseAllocator: release(132),
  AddSessionConfigEntry: status(130, 'void *options, const char *key, const char *value'),
  RunWithBinding: status(133, 'void *session, void *options, void *binding'),
  CreateIoBinding: status(134, 'void *session, _Out_ void **binding'),
  ReleaseIoBinding: release(135),
  BindInput: status(136, 'void *binding, const char *name, void *value'),
  BindOutput: status(137, 'void *binding, const char *name, void *value'),
  BindOutputToDevice: status(138, 'void *binding, const char *name, void *memory'),
  GetBoundOutputValues: status(140, 'void *binding, void *allocator, _Out_ void **values, _Out_ size_t *count'),
  ClearBoundInputs: { index: 141, returns: 'void', parameters: 'void *binding' },
  ClearBoundOutputs: { index: 142, returns: 'void', parameters: 'void *binding' },
  SessionOptionsAppendExecutionProvider_CUDA_V2: status(204, 'void *options, void *cuda'),
  CreateCUDAProviderOptions: status(205, '_Out_ void **cuda'),
  UpdateCUDAProviderOptions: status(206, 'void *cuda, const char **keys, const char **values, size_t count'),
  ReleaseCUDAProviderOptions: release(208),
  GetKeyValue: { index: 297, returns: 'const char *', parameters: 'void *pairs, const char *key' },
  ReleaseKeyValuePairs: release(300),
  AllocatorGetStats: status(319, 'void *allocator, _Out_ void **pairs'),
  SessionOptionsAppendExecutionProvider: status(
    216,
    'void *options, const char *name, const char **keys, const char **values, size_t count',
  ),
} as const satisfies Record<string, Declared>

export type FunctionName = keyof typeof FUNCTIONS
