// What the browser keeps for us from page to page. Where it keeps nothing (storage turned off, a private window, no
// room left), the page's own memory stands in: everything works until the page is left.

const memory = new Map();

// What `use` makes of the browser's storage; `instead` where the browser refuses.
function attempt(use, instead) {
  try {
    return use(window.localStorage);
  } catch (error) {
    if (error instanceof DOMException || error instanceof TypeError) return instead;   // refused, full; null
    throw error;
  }
}

export function recall(key) {
  return attempt((store) => store.getItem(key), null) ?? memory.get(key) ?? null;
}

export function keep(key, value) {
  memory.set(key, value);
  const kept = attempt((store) => {
    store.setItem(key, value);
    return true;
  }, false);
  // No room for the new value: the old one must not come back in its place.
  if (!kept) attempt((store) => store.removeItem(key));
}

export function forget(key) {
  memory.delete(key);
  attempt((store) => store.removeItem(key));
}

// What was kept as JSON, if it is what `isRight` wants; null otherwise, as after a half-written value.
export function recallAs(isRight, key) {
  try {
    const value = JSON.parse(recall(key) ?? "null");
    return isRight(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

// `name` ends in a task's address: of the same study's other tasks, left for good, nothing needs to stay.
export function forgetOthers(name) {
  const study = `${name.split("/task/")[0]}/task/`;
  const keys = new Set([...attempt((store) => Object.keys(store), []), ...memory.keys()]);
  for (const key of keys) if (key.startsWith(study) && key !== name) forget(key);
}
