/**
 * What stands instead of the address of a closed account: unique, made of the id alone, and no address, so that no mail can go there and nothing
 * about the old one can be found out from it.
 */
export function closedAddress(userId: string): string {
  return `deleted:${userId}`
}
