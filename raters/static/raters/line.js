// The connection, which everything that is fetched has to share. One download runs at a time, the one that is needed
// most; another that was begun is not read on meanwhile, so that the browser stops asking for it. On a slow line the
// first clip is there in half the time that both together would take.

export class Line {
  #waiting = new Map();   // who downloads or wants to -> how much it is needed, 0 first
  #moved = later();

  // Runs `download`, which asks `turn` before each of its steps.
  async during(who, need, download) {
    this.#set(() => this.#waiting.set(who, need));
    try {
      return await download();
    } finally {
      this.#set(() => this.#waiting.delete(who));
    }
  }

  // How much it is needed has changed.
  move(who, need) {
    if (this.#waiting.has(who)) this.#set(() => this.#waiting.set(who, need));
  }

  async turn(who) {
    while (this.#waiting.has(who) && this.#first !== who) await this.#moved.promise;
  }

  get #first() {
    let first = null;
    for (const [who, need] of this.#waiting) if (first === null || need < this.#waiting.get(first)) first = who;
    return first;
  }

  #set(change) {
    change();
    this.#moved.resolve();
    this.#moved = later();
  }
}

function later() {
  let resolve = null;
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
