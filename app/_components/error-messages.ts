import { AppError, type ErrorCode } from '#lib/contracts/errors.ts'

export interface Explanation {
  /** What happened, as a headline. */
  title: string
  /** What to do about it. */
  advice: string
}

const OURS = 'This one is on us. Nothing was charged; try again in a moment.'

/** Every coded error in plain words. */
export const ERROR_MESSAGES = {
  invalid_request: { title: 'Something in that request was off', advice: 'Check what you entered and send it again.' },
  unsupported_media_type: {
    title: 'The server did not understand the request',
    advice: 'Reload the page and try again.',
  },
  request_timeout: {
    title: 'The request took too long to arrive',
    advice: 'Check your connection and send it again.',
  },
  payload_too_large: { title: 'That was too much data at once', advice: 'Send less and try again.' },
  unauthenticated: { title: 'You are signed out', advice: 'Sign in again; your work is still here.' },
  forbidden: { title: 'This is not yours to change', advice: 'Sign in with the account it belongs to.' },
  bad_origin: { title: 'The request came from another site', advice: 'Open ReelBallers in its own tab and try again.' },
  not_found: { title: 'It is not here', advice: 'It may have been deleted or have expired.' },
  rate_limited: { title: 'A bit too fast', advice: 'Wait a minute, then try again.' },
  sign_in_again: {
    title: 'Sign in once more first',
    advice: 'This cannot be undone, so we want to be sure that it is you. We mail you a link.',
  },
  account_not_deletable: {
    title: 'Your account cannot be deleted yet',
    advice: 'Something about money is still open. The reason stands on your account page.',
  },
  credit_left: {
    title: 'Your credit changed meanwhile',
    advice: 'Look at what is left, then have it paid back or give it up.',
  },
  last_admin: { title: 'You are the only admin', advice: 'Make someone else an admin first.' },
  role_fixed: {
    title: 'This role is set where the app is deployed',
    advice: 'Take the address out of ADMIN_EMAILS first, then change the role.',
  },
  internal: { title: 'Something broke on our side', advice: OURS },
  unavailable: {
    title: 'We cannot be reached right now',
    advice: 'Check your connection. If it is fine, try again in a minute.',
  },
  upload_closed: { title: 'This upload is already closed', advice: 'Choose the file again to start a new upload.' },
  upload_incomplete: {
    title: 'Part of the file is missing',
    advice: 'Resume the upload; only the missing parts are sent.',
  },
  upload_mismatch: {
    title: 'The file changed while it was uploading',
    advice: 'Choose the file again to upload it as it is now.',
  },
  file_too_large: {
    title: 'That file is too large',
    advice: 'The limit is 20 GB. Trim the recording or export it smaller.',
  },
  storage_full: { title: 'Your storage is full', advice: 'Delete clips you no longer need, then upload again.' },
  unsupported_media: { title: 'We cannot read this kind of file', advice: 'Use MP4, MOV, MKV or WebM video.' },
  corrupt_media: { title: 'The file is damaged', advice: 'Export or copy it from the camera again.' },
  no_video: { title: 'There is no video in this file', advice: 'Choose a file with a picture, not only sound.' },
  asset_in_use: {
    title: 'A job is using this clip',
    advice: 'Wait for the job to end, or cancel it, then delete the clip.',
  },
  project_changed: {
    title: 'This project was changed elsewhere',
    advice: 'Another tab or device saved it. Choose which of the two goes on; neither is lost.',
  },
  insufficient_funds: { title: 'Not enough credits', advice: 'Add credits, then run it; the price stays the same.' },
  quote_expired: { title: 'That price has expired', advice: 'Get a fresh quote; prices hold for 15 minutes.' },
  quote_used: { title: 'This quote has been used', advice: 'The job is already under way: look in Jobs.' },
  top_up_amount: { title: 'That amount does not work', advice: 'Choose between $5 and $500.' },
  payment_provider: {
    title: 'The payment service did not answer',
    advice: 'You were not charged. Try again in a minute.',
  },
  wallet_frozen: {
    title: 'Your wallet is on hold',
    advice: 'A payment is being disputed. Write to us to sort it out.',
  },
  spend_cap_reached: {
    title: 'Your spending cap for today is reached',
    advice: 'Raise the cap in your wallet, or wait until the day ends (midnight UTC).',
  },
  no_saved_card: {
    title: 'There is no card to charge',
    advice: 'Add credits once and keep the card, then switch automatic top-up on.',
  },
  goodwill_refused: {
    title: 'This one cannot be refunded by itself',
    advice: 'Write to us: a person will look at it.',
  },
  refund_too_large: {
    title: 'That is more than can go back',
    advice: 'Some of it was spent or given back in the meantime. Look at the new amount and ask again.',
  },
  input_changed: {
    title: 'The clip changed since it was quoted',
    advice: 'Get a new quote for the clip as it is now.',
  },
  task_paused: {
    title: 'This is paused for everyone',
    advice: 'We stopped it ourselves while we look at a problem. Try later.',
  },
  job_finished: { title: 'This job has already ended', advice: 'Reload to see how it ended.' },
  job_finishing: { title: 'Too late to cancel', advice: 'The result is being saved; it is yours in a moment.' },
  price_changed: { title: 'The price went up meanwhile', advice: 'Look at the new price and confirm again.' },
  limit_exceeded: {
    title: 'This clip is beyond our limits',
    advice: 'Use a shorter clip, a smaller scale or a lower maximum height.',
  },
  input_unreachable: { title: 'The GPU could not fetch your clip', advice: OURS },
  input_mismatch: {
    title: 'The clip is not what its headers said',
    advice: 'Export it again and upload the new file. Nothing was charged.',
  },
  missing_tracks: {
    title: 'The players are not tracked yet',
    advice: 'Run Track on this video first, then choose the player.',
  },
  unknown_track: {
    title: 'That player is not among the tracks',
    advice: 'Choose a player from the list; the tracks may have been made anew.',
  },
  clip_out_of_range: {
    title: 'A clip lies outside the video',
    advice: 'Move its start and end into the video and try again.',
  },
  unknown_model: { title: 'That model is not available', advice: 'Choose another model.' },
  missing_weights: {
    title: 'That model is not installed',
    advice: 'Choose another model, or try again later. Nothing was charged.',
  },
  weights_mismatch: {
    title: 'That model failed its own check',
    advice: 'Choose another model, or try again later. Nothing was charged.',
  },
  decode_failed: {
    title: 'The video could not be decoded',
    advice: 'Part of the file is damaged. Export it again and retry. Nothing was charged.',
  },
  inference_failed: { title: 'The model stopped half-way', advice: OURS },
  encode_failed: { title: 'The result could not be encoded', advice: OURS },
  output_invalid: {
    title: 'The result did not pass our check',
    advice: 'We do not hand over a bad file. Nothing was charged; try again.',
  },
  output_unreachable: { title: 'The result could not be stored', advice: OURS },
  out_of_memory: {
    title: 'The GPU ran out of memory',
    advice: 'Try a smaller scale or a lower maximum height. Nothing was charged.',
  },
  disk_full: { title: 'The GPU ran out of disk space', advice: OURS },
  canceled: { title: 'The job was canceled', advice: 'Run it again whenever you like.' },
  superseded: { title: 'A newer run took over', advice: 'Reload to see it.' },
  timed_out: { title: 'It took far too long', advice: OURS },
  worker_lost: { title: 'The GPU went away', advice: OURS },
} as const satisfies Record<ErrorCode, Explanation>

/** The explanation of any thrown value. A bad request keeps the server's own sentence, because it names the field. */
export function explainError(error: unknown): Explanation {
  if (!(error instanceof AppError)) return ERROR_MESSAGES.internal
  const known = ERROR_MESSAGES[error.code]
  return error.code === 'invalid_request' ? { title: known.title, advice: error.message } : known
}
