// What has to reach the server, in order, whatever the connection does. A newer value for the same key replaces an
// older one that still waits. Nothing is given up except what the server itself refuses.

import { mayHeal, pause } from "./retry.js";

export class Outbox extends EventTarget {
  #csrf;
  #waiting = new Map();
  #working = null;
  #closed = false;

  constructor(csrf) {
    super();
    this.#csrf = csrf;
  }

  // `key` names what is sent: an event of type "sent" or "refused" with it in `detail` will follow.
  post(key, url, fields) {
    this.#waiting.delete(key);
    this.#waiting.set(key, { url, fields });
    this.#working ??= this.#work();
  }

  get busy() {
    return this.#working !== null;
  }

  // Resolves when everything that was posted has been answered.
  async empty() {
    while (this.#working) await this.#working;
  }

  close() {
    this.#closed = true;
  }

  async #work() {
    for (let attempt = 0; this.#waiting.size && !this.#closed; ) {
      const [key, letter] = this.#waiting.entries().next().value;
      const answer = await this.#send(letter);
      if (answer === null) {
        this.#tell("trouble", { key });
        await pause(attempt);
        attempt += 1;
        continue;
      }
      if (attempt) this.#tell("healed", { key });
      attempt = 0;
      const replaced = this.#waiting.get(key) !== letter;
      if (!replaced) {
        this.#waiting.delete(key);
        this.#report(key, answer);
      }
    }
    this.#working = null;
  }

  // The server's answer, or null when it is worth trying again.
  async #send({ url, fields }) {
    try {
      const response = await fetch(url, {
        method: "POST",
        body: new URLSearchParams(fields),
        headers: { "X-CSRFToken": this.#csrf },
        credentials: "same-origin",
        keepalive: true,
      });
      const body = await response.text();
      return mayHeal(response.status) ? null : { response, body };
    } catch (error) {
      if (error instanceof TypeError) return null;   // fetch's name for "no connection"
      throw error;
    }
  }

  #report(key, { response, body }) {
    if (response.ok) {
      this.#tell("sent", { key });
      return;
    }
    const isJson = response.headers.get("Content-Type")?.includes("json");
    this.#tell("refused", { key, status: response.status, text: isJson ? JSON.parse(body).error : "" });
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
