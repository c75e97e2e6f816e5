/** The last of the sorted numbers that is not above the limit; -1 where there is none. */
export function lastUpTo(limit: number, numbers: ArrayLike<number>): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
