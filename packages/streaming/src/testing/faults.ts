/** Runs work before (and after) calls of some methods of an object, such as throwing a fault. */
export function intercept<T extends object>(
  target: T,
  around: { readonly [K in keyof T]?: (call: () => Promise<unknown>, args: readonly unknown[]) => Promise<unknown> },
): T {
  const methods = new Map<string | symbol, unknown>();
  return new Proxy(target, {
    get: (object, name) => {
      const known = methods.get(name);
      if (known !== undefined) return known;
      const value: unknown = Reflect.get(object, name, object);
      if (typeof value !== 'function') return value;
      const method = value.bind(object) as (...args: unknown[]) => unknown;
      const wrap = around[name as keyof T];
      const wrapped = wrap === undefined ? method : (...args: unknown[]) => wrap(async () => method(...args), args);
      methods.set(name, wrapped);
      return wrapped;
    },
  });
}
