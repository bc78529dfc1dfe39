import type { Stack } from '#lib/local/up.ts'
import { openBooks } from './books.ts'

/**
 * Bugs to try the storm on: it must fail with each of them. They are made in the database, so that none needs a build.
 * `STORM_SABOTAGE="an attempt in doubt is sent again"` chooses one.
 */
const SABOTAGES = {
  'an event counts as handled before it is': [
    `CREATE TRIGGER sabotage AFTER INSERT ON stripe_events WHEN NEW.type = 'checkout.session.completed'
     BEGIN UPDATE stripe_events SET state = 'done' WHERE id = NEW.id AND abs(random()) % 10 = 0; END`,
  ],
  'an attempt in doubt is sent again': [
    `DROP TRIGGER attempts_end_once`,
    `CREATE TRIGGER sabotage AFTER UPDATE OF state ON attempts WHEN NEW.state = 'dispatch_unknown'
     BEGIN UPDATE attempts SET state = 'created' WHERE id = NEW.id; END`,
  ],
} as const satisfies Record<string, readonly string[]>

/** Puts the named bug into the stopped server's database. Throws for a name that is none. */
export async function sabotage(stack: Stack, name: string): Promise<void> {
  const statements = Object.entries(SABOTAGES).find(([key]) => key === name)?.[1]
  if (!statements) throw new Error(`There is no sabotage "${name}": ${Object.keys(SABOTAGES).join(', ')}.`)
  await stack.killWeb()
  const books = openBooks(stack.dir)
  for (const statement of statements) books.exec(statement)
  books.close()
  await stack.restartWeb()
}
