import fc from 'fast-check'
import type { Ctx } from '#lib/services/context.ts'
import { addPlayers } from './players.ts'
import { Program, stories } from './program.ts'
import { watchFrozenSpending } from './rules.ts'

/** At once: the database is shared, and one user's wallet must not care for another's. */
const LANES = 4
/** A failing story is played again, shorter, to find what it is about; each time on a user of its own. */
const SPARE_PLAYERS = 60

/** Plays so many random stories, each on a new user, and throws the shortest one that breaks a rule. */
export async function play(ctx: Ctx, options: { stories: number; mostRounds: number; seed?: number }): Promise<void> {
  await watchFrozenSpending(ctx)
  const players = await addPlayers(ctx, options.stories + SPARE_PLAYERS)
  const property = fc.asyncProperty(stories(options.mostRounds), async (story) => {
    const player = players.pop()
    fc.pre(player !== undefined)
    if (player) await new Program(ctx, player).run(story)
  })
  const numRuns = Math.ceil(options.stories / LANES)
  const lane = (_: unknown, index: number) =>
    fc.assert(property, { numRuns, ...(options.seed === undefined ? {} : { seed: options.seed + index }) })
  await Promise.all(Array.from({ length: LANES }, lane))
}
