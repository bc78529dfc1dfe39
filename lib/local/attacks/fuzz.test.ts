import { vi } from 'vitest'
import { describeFuzz } from './fuzz-suite.ts'

vi.mock('#lib/platform/cloudflare.ts', () => import('./host.ts'))

await describeFuzz(20)
