// What the scripts say comes from the page, where it is translated.

export function say(key, values = {}) {
  const pattern = document.querySelector(`#words [data-word="${key}"]`).textContent.trim();
  return pattern.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// Reads `text` out to those who listen to the page. Said twice, it is read twice.
export function announce(text) {
  const live = document.getElementById("live");
  live.textContent = live.textContent === text ? `${text}\u00a0` : text;
}
