import type Stripe from 'stripe'
import { boolean, clearableString, emptyable, type Fields, object, string, unsupported } from './field.ts'
import { createdRange, expand, metadata, pagination } from './shared.ts'

const text = clearableString(20_000)

const evidence = object<Stripe.DisputeUpdateParams.Evidence>({
  access_activity_log: text,
  appeal: unsupported(),
  billing_address: text,
  cancellation_policy: unsupported(),
  cancellation_policy_disclosure: text,
  cancellation_rebuttal: text,
  customer_communication: unsupported(),
  customer_email_address: text,
  customer_name: text,
  customer_purchase_ip: text,
  customer_signature: unsupported(),
  duplicate_charge_documentation: unsupported(),
  duplicate_charge_explanation: text,
  duplicate_charge_id: text,
  enhanced_evidence: unsupported(),
  product_description: text,
  receipt: unsupported(),
  refund_policy: unsupported(),
  refund_policy_disclosure: text,
  refund_refusal_explanation: text,
  service_date: text,
  service_documentation: unsupported(),
  shipping_address: text,
  shipping_carrier: text,
  shipping_date: text,
  shipping_documentation: unsupported(),
  shipping_tracking_number: text,
  uncategorized_file: unsupported(),
  uncategorized_text: text,
})

export const disputeUpdate: Fields<Stripe.DisputeUpdateParams> = {
  evidence,
  expand: expand(),
  intended_submission_method: unsupported(),
  metadata: emptyable(metadata()),
  submit: boolean(),
}

export const disputeList: Fields<Stripe.DisputeListParams> = {
  ...pagination,
  charge: string(),
  created: createdRange(),
  expand: expand(),
  payment_intent: string(),
}
