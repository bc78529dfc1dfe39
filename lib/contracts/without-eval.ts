import { config } from 'zod'

/**
 * Imported first wherever schemas are used in a browser: zod would try whether it may compile them from text, and our policy refuses that.
 * The try is caught, but the refusal would be there for whoever watches for violations.
 */
config({ jitless: true })
