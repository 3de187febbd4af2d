// Which key means what. Keys that a control needs for itself stay with the control.

const REMEMBER = "earwitness-keys";

export function command(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return null;
  const control = event.target.closest?.("a, button, summary, select, textarea, input");
  if (event.key === " ") return ownSpace(control) ? null : { name: "toggle" };
  if (event.key === "Enter") return control?.matches("a, button, summary, textarea") ? null : { name: "submit" };
  if (control?.matches("textarea, select, input:not([type=radio]):not([type=range])")) return null;
  if (/^Arrow(Left|Right)$/.test(event.key)) return control?.matches("input") ? null : { name: "move", forward: isOnwards(event.key) };
  if (event.key === "+" || event.key === "-") return { name: "volume", louder: event.key === "+" };
  if (event.key === "?") return { name: "help" };
  if (/^[1-9]$/.test(event.key)) return { name: "answer", place: Number(event.key) - 1 };
  const letter = event.key.toLowerCase();
  if (letter === "a" || letter === "b") return { name: "side", letter: letter.toUpperCase() };
  return { x: { name: "other" }, l: { name: "loop" } }[letter] ?? null;
}

// Where one reads from right to left, time runs that way too.
function isOnwards(key) {
  return (key === "ArrowRight") !== (document.documentElement.dir === "rtl");
}

// A radio that is chosen already has no use for the space bar; one that is not chosen does.
function ownSpace(control) {
  if (!control || control.type === "range") return false;
  return control.type !== "radio" || !control.checked;
}

export function keysAreOn() {
  return localStorage.getItem(REMEMBER) !== "off";
}

export function turnKeys(on) {
  localStorage.setItem(REMEMBER, on ? "on" : "off");
}
