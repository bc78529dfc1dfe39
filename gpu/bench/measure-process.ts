import { type CaseRequest, measureCase, measureMemory } from './measure-case.ts'

/** A program of its own, because memory and CPU time are a process's: prints what `what` (case or memory) measures. */
const [what, text = ''] = process.argv.slice(2)
const request = JSON.parse(text) as CaseRequest
const measured = what === 'memory' ? await measureMemory(request) : await measureCase(request)
process.stdout.write(`${JSON.stringify(measured)}\n`)
