/**
 * What `work` gives for an object that does not change, worked out when it is first asked for and kept as long as the object is.
 * For questions that many parts ask of the same node.
 */
export function onceForEach<K extends object, V>(work: (of: K) => V): (of: K) => V {
  const known = new WeakMap<K, { readonly value: V }>();
  return (of) => {
    const earlier = known.get(of);
    if (earlier !== undefined) return earlier.value;
    const value = work(of);
    known.set(of, { value });
    return value;
  };
}
