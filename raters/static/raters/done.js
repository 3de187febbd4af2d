// The way out: back to where the rater came from, once they could read that all has arrived.

const READING_TIME = 4000;   // milliseconds

export function mountDone(root, signal) {
  const link = root.querySelector("a[href]");
  if (!("redirect" in root.dataset) || !/^https?:$/.test(link.protocol)) return () => {};
  const timer = setTimeout(() => location.assign(link.href), READING_TIME);
  signal.addEventListener("abort", () => clearTimeout(timer));
  return () => clearTimeout(timer);
}
