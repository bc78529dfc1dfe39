export type Level = 'debug' | 'info' | 'warn' | 'error'
export type Log = (level: Level, message: string, requestId?: string) => void

/** One JSON object a line, as RunPod's log viewer wants it; plain text for people elsewhere. */
export function makeLog(json: boolean, write: (line: string) => void = (line) => console.log(line)): Log {
  return (level, message, requestId) => {
    write(
      json
        ? JSON.stringify({ requestId: requestId ?? null, message, level: level.toUpperCase() })
        : `${level.padEnd(5)} ${requestId ? `${requestId} ` : ''}${message}`,
    )
  }
}
