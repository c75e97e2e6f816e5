/** A port, watched. */

export type Lead = (method: string, args: unknown[], call: () => unknown) => unknown;

/** The same object, each call of its methods led through `lead`. */
export function around<P extends object>(port: P, lead: Lead): P {
  return new Proxy(port, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (typeof value !== 'function' || typeof name !== 'string') return value;
      return (...args: unknown[]) => lead(name, args, () => value.apply(target, args));
    },
  });
}
