/** Frames on either side that say how restless the neighbourhood is, and how much of that is taken off. */
const NEIGHBOURS = 3
const SHARE = 0.5

/** How much of a frame's change is no more than what the frames around it change as well: fast pans, noise, repeated frames. */
export function restlessness(structure: ArrayLike<number>, index: number): number {
  let [sum, count] = [0, 0]
  for (let offset = 1; offset <= NEIGHBOURS; offset++) {
    for (const neighbour of [structure[index - offset], structure[index + offset]]) {
      if (neighbour === undefined) continue
      sum += neighbour
      count += 1
    }
  }
  return count === 0 ? 0 : (SHARE * sum) / count
}
