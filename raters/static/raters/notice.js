// The one place where the page says what is wrong. One notice at a time; the last word is that the page is out of date.

import { tryNow } from "./retry.js";

export class Notice {
  #box;
  #reload;
  #button;
  #kind = "";

  constructor(root, signal) {
    this.#box = root.querySelector("[data-problem]");
    this.#reload = root.querySelector("[data-reload]");
    this.#button = this.#box.querySelector("[data-try-now]");
    this.#button?.addEventListener("click", tryNow, { signal });
  }

  get isFinal() {
    return this.#reload !== null && !this.#reload.hidden;
  }

  // `kind`: what it is about ("connection", "sound", "answer"); only the same takes it away again.
  show(kind, text) {
    if (this.isFinal) return;
    this.#kind = kind;
    const words = this.#box.querySelector("span");
    if (words.textContent !== text) words.textContent = text;
    if (this.#button) this.#button.hidden = kind !== "connection";
    this.#box.hidden = false;
  }

  // Answers whether there was something to clear.
  clear(kind) {
    if (this.#kind !== kind) return false;
    this.#kind = "";
    this.#box.hidden = true;
    return true;
  }

  outOfDate() {
    this.clear(this.#kind);
    this.#reload.hidden = false;
  }
}
