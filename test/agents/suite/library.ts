/** A small library with a fault and a test that shows it; needs nothing but a shell. */
const WRONG = 'echo $(($1 - $2))\n';
export const RIGHT = 'echo $(($1 + $2))\n';

export const LIBRARY = {
  'sum.sh': WRONG,
  'test.sh': '[ "$(sh sum.sh 2 3)" = 5 ] || { echo "2 + 3 is $(sh sum.sh 2 3)"; exit 1; }\n',
};

/** The change that mends it. */
export const FIX = { path: 'sum.sh', before: WRONG, after: RIGHT };
