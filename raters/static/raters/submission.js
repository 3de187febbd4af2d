// Sends a finished task once: however often the button is hit, whatever the connection does. The page's answers and
// listening marks go first, so that the server never has to refuse a submission that they would have allowed.

import { mayHeal, pause } from "./retry.js";

export class Submission extends EventTarget {
  #form;
  #outbox;
  #ready;
  #attempt = 0;
  underway = false;

  // `ready` is asked before anything is sent and says itself what is missing; `fill` writes the hidden fields.
  constructor(form, outbox, { ready, fill, signal }) {
    super();
    this.#form = form;
    this.#outbox = outbox;
    this.#ready = ready;
    const only = (handler) => (event) => {
      if (event.target === form) handler(event);
    };
    form.addEventListener("htmx:confirm", only((event) => this.#confirm(event, fill)), { signal });
    form.addEventListener("htmx:sendError", only(() => this.#again("offline")), { signal });
    form.addEventListener("htmx:responseError", only((event) => this.#failed(event)), { signal });
  }

  async #confirm(event, fill) {
    event.preventDefault();
    if (this.underway || !this.#ready()) return;
    this.underway = true;
    this.#tell("sending");
    await this.#outbox.empty();
    if (!this.#ready()) {
      this.underway = false;
      this.#tell("stopped");
      return;
    }
    fill();
    event.detail.issueRequest(true);
  }

  #failed(event) {
    const { status } = event.detail.xhr;
    if (mayHeal(status)) {
      this.#again("trouble");
      return;
    }
    this.underway = false;
    this.#tell("gone");
  }

  async #again(word) {
    this.#tell("waiting", word);
    await pause(this.#attempt);
    this.#attempt += 1;
    this.underway = false;
    if (this.#form.isConnected) this.#form.requestSubmit();
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
