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

/** The bucket. Keys are made by the server, never by a browser. Durations are seconds. */
export interface Storage {
  createMultipart(key: string, contentType: string): Promise<string>
  listParts(key: string, uploadId: string): Promise<StoredPart[] | null>
  completeMultipart(
    key: string,
    uploadId: string,
    parts: { partNumber: number; etag: string }[],
  ): Promise<{ etag: string }>
  abortMultipart(key: string, uploadId: string): Promise<void>
  /** null when there is no such object. */
  head(key: string): Promise<ObjectHead | null>
  delete(key: string): Promise<void>
  presignPart(key: string, uploadId: string, partNumber: number, expiresInS: number): Promise<string>
  presignPut(key: string, options: { contentType?: string; expiresInS: number }): Promise<string>
  presignGet(key: string, options: { expiresInS: number; downloadAs?: string; contentType?: string }): Promise<string>
}
