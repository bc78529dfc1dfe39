import type Stripe from 'stripe'
import { closeDispute, isInquiry, requireOpen } from '#lib/local/stripe/flows/dispute-charge.ts'
import { idOf } from '#lib/local/stripe/objects/reference.ts'
import { disputeList, disputeUpdate } from '#lib/local/stripe/params/disputes.ts'
import { retrieve } from '#lib/local/stripe/params/retrieve.ts'
import { mergeMetadata } from '#lib/local/stripe/params/shared.ts'
import type { Work } from '#lib/local/stripe/store/work.ts'
import { noSuch } from '#lib/local/stripe/wire/errors.ts'
import { route } from '#lib/local/stripe/wire/route.ts'
import { createdWithin, listPage, matches } from './list-page.ts'

export function existingDispute(work: Work, id: string): Stripe.Dispute {
  const dispute = work.find('dispute', id)
  if (!dispute) throw noSuch('dispute', id)
  return dispute
}

/** Adds evidence; it is submitted to the bank unless `submit` is false, and then waits for the bank's decision. */
function answerDispute(work: Work, dispute: Stripe.Dispute, params: Stripe.DisputeUpdateParams): Stripe.Dispute {
  requireOpen(dispute)
  const { status, evidence_details, metadata } = dispute
  const given = Object.entries(params.evidence ?? {}).map(([key, value]) => [key, value || null])
  const hasEvidence = evidence_details.has_evidence || given.length > 0
  const submits = params.evidence !== undefined && params.submit !== false
  const changed: Stripe.Dispute = {
    ...dispute,
    metadata: mergeMetadata(metadata, params.metadata),
    evidence: { ...dispute.evidence, ...Object.fromEntries(given) },
    evidence_details: {
      ...evidence_details,
      has_evidence: hasEvidence,
      submission_count: evidence_details.submission_count + (submits ? 1 : 0),
      submission_method: submits ? 'manual' : evidence_details.submission_method,
    },
    status: submits ? (isInquiry(dispute) ? 'warning_under_review' : 'under_review') : status,
  }
  work.put('dispute', changed)
  work.emit('charge.dispute.updated', changed, { status, evidence_details, metadata })
  return changed
}

export const disputeRoutes = [
  route({
    method: 'GET',
    path: '/v1/disputes',
    params: disputeList,
    run(work, params) {
      const found = work
        .all('dispute')
        .filter((dispute) => createdWithin(dispute.created, params.created))
        .filter((dispute) => matches(params.charge, idOf(dispute.charge)))
        .filter((dispute) => matches(params.payment_intent, idOf(dispute.payment_intent)))
      return listPage(found, '/v1/disputes', params)
    },
  }),
  route({
    method: 'GET',
    path: '/v1/disputes/:id',
    params: retrieve,
    run: (work, _params, id) => existingDispute(work, id),
  }),
  route({
    method: 'POST',
    path: '/v1/disputes/:id',
    params: disputeUpdate,
    run: (work, params, id) => answerDispute(work, existingDispute(work, id), params),
  }),
  route({
    method: 'POST',
    path: '/v1/disputes/:id/close',
    params: retrieve,
    run: (work, _params, id) => closeDispute(work, existingDispute(work, id)),
  }),
]
