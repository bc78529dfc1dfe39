/** Deterministic random numbers for made-up scenes (xorshift32, Marsaglia, 2003). */
export interface Random {
  /** In [0, 1). */
  uniform(): number
  /** Standard normal (Box & Muller, 1958). */
  normal(): number
  /** Beta with whole parameters, as an order statistic of uniforms. */
  beta(a: number, b: number): number
}

export function createRandom(seed: number): Random {
  let state = (Math.imul(seed, 2_654_435_761) ^ 0x9e3779b9) >>> 0 || 1
  const uniform = (): number => {
    state = (state ^ (state << 13)) >>> 0
    state ^= state >>> 17
    state = (state ^ (state << 5)) >>> 0
    return state / 2 ** 32
  }
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    beta: (a, b) => Array.from({ length: a + b - 1 }, uniform).sort((p, q) => p - q)[a - 1] ?? 0,
  }
}
