// What has to reach the server, in order, whatever the connection does. A newer value for the same key replaces an
// older one that still waits. Nothing is given up except what the server itself refuses: what waits when the page goes
// is kept in the browser, and is sent when the same task is opened again.

import { mayHeal, pause } from "./retry.js";
import { forget, forgetOthers, keep, recallAs } from "./storage.js";

const KEPT = "earwitness-waiting ";
// A server that has not answered by then is asked again: some networks swallow what they are given (milliseconds).
const PATIENCE = 20_000;

export class Outbox extends EventTarget {
  #csrf;
  #name;
  #waiting = new Map();
  #working = null;
  #closed = false;

  // `task` is the address of the task that everything is about.
  constructor(csrf, task) {
    super();
    this.#csrf = csrf;
    this.#name = KEPT + task;
    forgetOthers(this.#name);
  }

  // Posts again what an earlier page could not send; answers it as pairs of key and fields.
  takeUp() {
    const kept = recallAs(Array.isArray, this.#name) ?? [];
    for (const [key, { url, fields }] of kept) this.post(key, url, fields);
    return kept.map(([key, { fields }]) => [key, fields]);
  }

  // `key` names what is sent: an event of type "sent" or "refused" with it in `detail` will follow.
  post(key, url, fields) {
    this.#waiting.delete(key);
    this.#waiting.set(key, { url, fields });
    this.#keep();
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
      if (!navigator.onLine) this.#tell("trouble", { key });
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
        this.#keep();
        this.#report(key, answer);
      }
    }
    this.#working = null;
  }

  #keep() {
    if (this.#waiting.size) keep(this.#name, JSON.stringify([...this.#waiting]));
    else forget(this.#name);
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
        signal: AbortSignal.timeout(PATIENCE),
      });
      const body = await response.text();
      return mayHeal(response.status) ? null : { response, body };
    } catch (error) {
      // What fetch calls "no connection", and "no answer in time".
      if (error instanceof TypeError || error.name === "TimeoutError") return null;
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
