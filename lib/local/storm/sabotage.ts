import type { Stack } from '#lib/local/up.ts'
import { openBooks } from './books.ts'

/**
 * Bugs to try the storm on: it must fail with each of them. They are made in the database, so that none needs a build.
 * `STORM_SABOTAGE="a balance forgets a micro"` chooses one.
 */
const SABOTAGES = {
  // As if the key were made of the delivery and not of the payment.
  'a payment is booked once per delivery': [
    'DROP TRIGGER transfers_no_update',
    `CREATE TRIGGER sabotage AFTER INSERT ON transfers WHEN NEW.kind = 'top_up'
     BEGIN UPDATE transfers SET idempotency_key = NEW.id WHERE id = NEW.id; END`,
  ],
  'an event counts as handled before it is': [
    `CREATE TRIGGER sabotage AFTER INSERT ON stripe_events WHEN NEW.type = 'checkout.session.completed'
     BEGIN UPDATE stripe_events SET state = 'done' WHERE id = NEW.id AND abs(random()) % 10 = 0; END`,
  ],
  'an attempt in doubt is sent again': [
    `DROP TRIGGER attempts_end_once`,
    `CREATE TRIGGER sabotage AFTER UPDATE OF state ON attempts WHEN NEW.state = 'dispatch_unknown'
     BEGIN UPDATE attempts SET state = 'created' WHERE id = NEW.id; END`,
  ],
  'a balance forgets a micro': [
    `CREATE TRIGGER sabotage AFTER INSERT ON transfers WHEN NEW.kind = 'release' AND abs(random()) % 10 = 0
     BEGIN UPDATE ledger_accounts SET balance_micros = balance_micros - 1 WHERE id = NEW.credit_account_id; END`,
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
