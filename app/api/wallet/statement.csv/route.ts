import { StatementFilter } from '#lib/contracts/api/wallet.ts'
import { route } from '#lib/platform/route.ts'
import { exportStatement } from '#lib/services/wallet/export-statement.ts'

export const runtime = 'edge'

export const GET = route({ auth: 'user', query: StatementFilter }, async ({ ctx, query }) => {
  const pieces = exportStatement({ ctx, input: query })
  const body = new ReadableStream<string>({
    async pull(controller) {
      const piece = await pieces.next()
      if (piece.done) controller.close()
      else controller.enqueue(piece.value)
    },
    async cancel() {
      await pieces.return()
    },
  })
  return new Response(body.pipeThrough(new TextEncoderStream()), {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="reelballers-statement.csv"',
      'x-content-type-options': 'nosniff',
    },
  })
})
