/** What a browser does with forms: submits what is filled in and follows redirects only when told. */
export async function submit(url: string, fields: Record<string, string>): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields),
    redirect: 'manual',
  })
}

export const CARD_FORM = {
  method: 'card',
  number: '4242 4242 4242 4242',
  expiry: '12 / 34',
  cvc: '123',
  name: 'Jenny Rosen',
  email: 'jenny@example.com',
  country: 'US',
  postal_code: '94107',
}
