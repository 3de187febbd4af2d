// Fetches the next pair while the rater judges this one, so that the next page plays at once. It is a courtesy: what
// goes wrong here costs the next page the time that it would have taken anyway, and says nothing to anybody.

import { fits } from "./library.js";
import { SoundError } from "./sound_error.js";

export class Ahead {
  #url;
  #library;
  #field;
  #clips = [];
  #duration;
  #decoded = false;
  #closed = false;

  // `field` is the form's hidden one, in which the server's promise goes along with the submission.
  constructor(url, library, field, duration) {
    this.#url = url;
    this.#library = library;
    this.#field = field;
    this.#duration = duration;
  }

  // `current`: how many clips the page itself has.
  async look(context, current) {
    const promise = await this.#ask();
    if (!promise || this.#closed) return;
    this.#clips = promise.clips;
    this.#field.value = promise.promise;
    await unlessMissing(this.#library.loadAhead(this.#clips));
    this.decode(context, current);
  }

  // Once a context is there, and where there is room for both pairs.
  async decode(context, current) {
    const count = current + this.#clips.length;
    if (!context || this.#decoded || !this.#clips.length || !fits(count, this.#duration, context)) return;
    this.#decoded = true;
    await unlessMissing(this.#library.decodeAhead(context));
  }

  close() {
    this.#closed = true;
  }

  async #ask() {
    try {
      const response = await fetch(`${this.#url}ahead/`, { credentials: "same-origin", priority: "low" });
      return response.status === 200 ? await response.json() : null;
    } catch (error) {
      if (error instanceof TypeError) return null;   // fetch's name for "no connection"
      throw error;
    }
  }
}

async function unlessMissing(work) {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof SoundError)) throw error;
  }
}
