// A sound that cannot be had. `code` is the word that the page says about it (`words.js`).

export class SoundError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}
