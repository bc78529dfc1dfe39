/** The last mail to an address: its account is closed. */
export function closedMail(appUrl: string): { subject: string; text: string; html: string } {
  const host = new URL(appUrl).host
  const lines = [
    `Your ReelBallers account (${host}) is deleted.`,
    'Your videos, projects and personal data are being removed from our storage; that takes up to a day. Records of payments are kept without your name or address, as the law demands.',
    'You did not ask for this? Answer this mail at once.',
  ]
  return {
    subject: 'Your ReelBallers account is deleted',
    text: `${lines.join('\n\n')}\n`,
    html: lines.map((line) => `<p>${line}</p>`).join('\n'),
  }
}
