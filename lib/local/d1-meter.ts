import type { D1Rows, D1Statement, LocalD1 } from './d1-over-http.ts'

/** What D1 would bill for one statement, triggers included. */
export interface MeteredStatement {
  sql: string
  rowsRead: number
  rowsWritten: number
}

export interface D1Meter {
  d1: LocalD1
  /** What ran since the last call, in order. */
  take(): MeteredStatement[]
}

/**
 * Passes statements on and notes what each read and wrote. D1's `raw` does not say; a read is therefore sent once more for its figures, and a
 * write that returns rows is sent as `all`.
 */
export function meterD1(d1: LocalD1): D1Meter {
  let ran: MeteredStatement[] = []
  const note = <Row>(sql: string, answer: D1Rows<Row>): D1Rows<Row> => {
    ran.push({ sql, rowsRead: answer.meta.rows_read, rowsWritten: answer.meta.rows_written })
    return answer
  }
  const metered = (statement: D1Statement): D1Statement =>
    Object.assign(Object.create(statement), {
      sql: statement.sql,
      params: statement.params,
      bind: (...params: unknown[]) => metered(statement.bind(...params)),
      all: async () => note(statement.sql, await statement.all()),
      run: async () => note(statement.sql, await statement.run()),
      raw: async () => {
        const { results } = note(statement.sql, await statement.all())
        const isRead = /^\s*(select|with)\b/i.test(statement.sql)
        return isRead ? statement.raw() : results.map((row) => Object.values(row))
      },
    })
  return {
    d1: {
      ...d1,
      prepare: (sql) => metered(d1.prepare(sql)),
      async batch<Row>(statements: readonly D1Statement[]) {
        const answers = await d1.batch<Row>(statements)
        return answers.map((answer, index) => note(statements[index]?.sql ?? '', answer))
      },
    },
    take() {
      const taken = ran
      ran = []
      return taken
    },
  }
}
