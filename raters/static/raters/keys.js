// Which key means what. Keys that a control needs for itself stay with the control.

import { keep, recall } from "./storage.js";

const REMEMBER = "earwitness-keys";
let pointed = null;   // the button that a pointer has left the focus on

export function command(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return null;
  const control = event.target.closest?.("a, button, summary, select, textarea, input");
  if (event.key === " ") return ownSpace(control) ? null : { name: "toggle" };
  if (event.key === "Enter") return ownEnter(control) ? null : { name: "submit" };
  if (control?.matches("textarea, select, input:not([type=radio]):not([type=range])")) return null;
  if (/^Arrow(Left|Right)$/.test(event.key)) return control?.matches("input") ? null : { name: "move", forward: isOnwards(event.key) };
  const digit = digitOf(event);
  if (digit) return { name: "answer", place: digit - 1 };
  if (event.key === "+" || event.key === "-") return { name: "volume", louder: event.key === "+" };
  if (event.key === "?") return { name: "help" };
  const letter = letterOf(event);
  if (letter === "a" || letter === "b") return { name: "side", letter: letter.toUpperCase() };
  return { x: { name: "other" }, l: { name: "loop" } }[letter] ?? null;
}

// By what is written on the key, else by its place: on a French keyboard the digits need Shift.
function digitOf({ key, code, shiftKey }) {
  if (/^[1-9]$/.test(key)) return Number(key);
  const [, digit] = /^(?:Digit|Numpad)([1-9])$/.exec(code) ?? [];
  return digit && !shiftKey && !/^[a-z]/i.test(key) ? Number(digit) : 0;
}

// The same for letters: where A and B are written in another script, the keys in their places.
function letterOf({ key, code }) {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  const [, letter] = /^Key([A-Z])$/.exec(code) ?? [];
  return letter && key.length === 1 ? letter.toLowerCase() : "";
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

// Whoever clicked on Play wants Enter to submit; whoever went there by Tab wants it to play.
function ownEnter(control) {
  return control?.matches("a, button, summary, textarea") && control !== pointed;
}

document.addEventListener("pointerdown", ({ target }) => {
  pointed = target.closest?.("button[type=button]") ?? null;
}, { capture: true });
document.addEventListener("focusin", ({ target }) => {
  if (target !== pointed) pointed = null;
});

export function keysAreOn() {
  return recall(REMEMBER) !== "off";
}

export function turnKeys(on) {
  keep(REMEMBER, on ? "on" : "off");
}
