export interface ObjectHead {
  bytes: number
  /** With its quotes, as S3 answers it. */
  etag: string
  contentType: string
}

export interface StoredPart {
  partNumber: number
  bytes: number
  etag: string
}

/**
 * The bucket. Keys are made by the server, never by a browser. Durations are seconds.
 * Every method throws AppError `unavailable` when the store does not answer or refuses our credentials.
 */
export interface Storage {
  createMultipart(key: string, contentType: string): Promise<string>
  /** null when the store no longer knows the upload (completed, aborted or dropped after a week). */
  listParts(key: string, uploadId: string): Promise<StoredPart[] | null>
  /**
   * Throws AppError `upload_incomplete` when a part is missing, differs or is too small, and `upload_closed` when the store no longer
   * knows the upload; after a lost response that may well mean that it is complete: look with `head`.
   */
  completeMultipart(
    key: string,
    uploadId: string,
    parts: { partNumber: number; etag: string }[],
  ): Promise<{ etag: string }>
  /** An upload that is gone already counts as aborted. */
  abortMultipart(key: string, uploadId: string): Promise<void>
  /** null when there is no such object. */
  head(key: string): Promise<ObjectHead | null>
  /**
   * Bytes [start, end) of exactly the object that has this ETag; throws AppError `input_changed` when it was replaced or is gone.
   * The range must lie within the object.
   */
  readRange(key: string, range: { start: number; end: number; etag: string; signal?: AbortSignal }): Promise<Uint8Array>
  /** An object that is gone already counts as deleted. */
  delete(key: string): Promise<void>
  /** With `bytes`, the URL takes exactly that many. */
  presignPart(key: string, uploadId: string, partNumber: number, expiresInS: number, bytes?: number): Promise<string>
  presignPut(key: string, options: { contentType?: string; expiresInS: number }): Promise<string>
  /** Good for at least `expiresInS`; the same call gives the same URL for some minutes, so that players and caches can keep it. */
  presignGet(key: string, options: { expiresInS: number; downloadAs?: string; contentType?: string }): Promise<string>
}
