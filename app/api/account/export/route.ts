import { route } from '#lib/platform/route.ts'
import { exportAccount } from '#lib/services/accounts/export-account.ts'

export const runtime = 'edge'

/** A POST, so that no other site's link can use up the exports of a day. */
export const POST = route({ auth: 'user' }, async ({ ctx }) => {
  const pieces = await exportAccount({ ctx })
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
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': 'attachment; filename="reelballers-export.json"',
      'x-content-type-options': 'nosniff',
    },
  })
})
