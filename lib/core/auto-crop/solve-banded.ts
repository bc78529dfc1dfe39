/** A symmetric matrix with three diagonals below the main one: `rows[4 * i + k]` is the element (i, i − k). */
export interface BandedMatrix {
  readonly size: number
  readonly rows: Float64Array
}

export const BAND = 4

export function bandedMatrix(size: number): BandedMatrix {
  return { size, rows: new Float64Array(size * BAND) }
}

/**
 * Solves `matrix · x = right` for a positive definite matrix by an LDLᵀ factorisation (Golub & Van Loan, Matrix Computations, 4.3);
 * linear in the size. Overwrites the matrix; `right` becomes the solution.
 */
export function solveBanded({ size, rows }: BandedMatrix, right: Float64Array): void {
  factorise(size, rows)
  for (let i = 0; i < size; i++) {
    let sum = right[i] ?? 0
    for (let k = 1; k < BAND && k <= i; k++) sum -= (rows[i * BAND + k] ?? 0) * (right[i - k] ?? 0)
    right[i] = sum
  }
  for (let i = 0; i < size; i++) right[i] = (right[i] ?? 0) / (rows[i * BAND] ?? 1)
  for (let i = size - 1; i >= 0; i--) {
    let sum = right[i] ?? 0
    for (let k = 1; k < BAND && i + k < size; k++) sum -= (rows[(i + k) * BAND + k] ?? 0) * (right[i + k] ?? 0)
    right[i] = sum
  }
}

/** In place: the diagonal becomes D, the elements below it L. */
function factorise(size: number, rows: Float64Array): void {
  for (let i = 0; i < size; i++) {
    for (let k = Math.min(BAND - 1, i); k >= 0; k--) {
      const j = i - k
      let sum = rows[i * BAND + k] ?? 0
      // Columns m that both row i and row j reach.
      for (let m = Math.max(0, i - BAND + 1); m < j; m++) {
        const left = rows[i * BAND + (i - m)] ?? 0
        const other = rows[j * BAND + (j - m)] ?? 0
        sum -= left * other * (rows[m * BAND] ?? 0)
      }
      rows[i * BAND + k] = k === 0 ? sum : sum / (rows[j * BAND] ?? 1)
    }
  }
}
