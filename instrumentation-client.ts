// Next runs this before anything else of the app's in the browser.
import '#lib/contracts/without-eval.ts'
