// The task page: clips, questions, keys and Submit, tied together.

import { Ahead } from "./ahead.js";
import { Answers } from "./answers.js";
import { audioState, canPlay, openedAudio } from "./audio.js";
import { suggestBreak } from "./breaks.js";
import { Card } from "./cards.js";
import { Dialog, Loop, PlayOn, VolumeKnob } from "./controls.js";
import { missing } from "./gate.js";
import { command, keysAreOn, turnKeys } from "./keys.js";
import { Library } from "./library.js";
import { Listened } from "./listened.js";
import { Notice } from "./notice.js";
import { Outbox } from "./outbox.js";
import { Clip, Player } from "./player.js";
import { unfoldPrompt } from "./prompt.js";
import { offerResume } from "./resume.js";
import { Submission } from "./submission.js";
import { Ticker } from "./ticker.js";
import { announce, say } from "./words.js";

const STEP = 2;                  // how far an arrow key moves (seconds)
const KEEP_EVERY = 2000;         // what was heard is written down so often (milliseconds)
const library = new Library();   // outlives the page: a task that is shown again need not be fetched again

class Task {
  #root;
  #url;
  #listen;
  #form;
  #button;
  #reason;
  #notice;
  #player;
  #cards;
  #answers;
  #outbox;
  #submission;
  #listened;
  #offer;
  #loop;
  #knob;
  #help;
  #report;
  #ahead;
  #timer;
  #ticker = new Ticker(() => this.#drawPlaces(), () => this.#player.playing !== null);

  constructor(root, signal) {
    this.#root = root;
    this.#url = root.dataset.taskUrl;
    this.#listen = root.dataset.listen;
    this.#form = root.querySelector("form");
    this.#button = this.#form.querySelector("button[type=submit]");
    this.#reason = root.querySelector("[data-reason]");
    this.#notice = new Notice(root, signal);
    this.#outbox = new Outbox(document.body.dataset.csrf, this.#url);
    this.#buildPlayer(signal);
    this.#answers = new Answers(this.#form, signal);
    this.#listened = new Listened(this.#url + (this.#form.elements.pass?.value ?? ""), this.#player);
    this.#loop = new Loop(root, this.#player, signal);
    new PlayOn(root, this.#player, signal);
    this.#knob = new VolumeKnob(root, this.#player, signal);
    this.#help = new Dialog(root.querySelector("[data-help]"), root.querySelector("[data-help-button]"), signal);
    this.#report = new Dialog(root.querySelector("[data-report]"), root.querySelector("[data-report-button]"), signal);
    this.#submission = new Submission(this.#form, this.#outbox, {
      ready: () => this.#isReady(),
      fill: () => this.#fill(),
      signal,
    });
    this.#ahead = new Ahead(this.#url, library, this.#form.elements.promise, this.#player.clips[0].duration);
    this.#listenToAll(signal);
    unfoldPrompt(root, signal);
    suggestBreak(root, signal);
    this.#takeUp();
    this.#button.disabled = false;   // from here on aria-disabled: the reason stays within reach of the keyboard
    this.#load();
    this.#drawAll();
    if (!canPlay()) this.#notice.show("sound", say("no-audio"));
  }

  close() {
    clearInterval(this.#timer);
    this.#ticker.stop();
    this.#player.close();
    this.#outbox.close();
    this.#ahead.close();
    if (this.#submission.underway) this.#listened.forget();
  }

  get hasUnsent() {
    return this.#outbox.busy;
  }

  #buildPlayer(signal) {
    const heard = this.#root.dataset.heard.split(/\s+/);
    const roots = [...this.#root.querySelectorAll("[data-clip]")];
    const clips = roots.map((root) => clipOf(root, heard));
    const { position, seek, loop } = this.#root.dataset;
    this.#player = new Player(clips, library, { position, seek, loop: loop === "true" });
    this.#cards = clips.map((clip, place) => new Card(roots[place], clip, this.#player, library, signal));
  }

  // What an earlier page could not send, because the connection was gone when it was closed or loaded again.
  #takeUp() {
    for (const [key, fields] of this.#outbox.takeUp()) {
      if (key.startsWith("heard ")) this.#clipOf(key).heard = true;
      else this.#answers.restore(key, fields.value);
    }
  }

  #clipOf(key) {
    return this.#player.clips.find((one) => `heard ${one.side} ${one.index}` === key);
  }

  #listenToAll(signal) {
    const on = (target, type, handler) => target.addEventListener(type, handler, { signal });
    on(this.#player, "change", () => this.#changed());
    on(this.#player, "heard", ({ detail }) => this.#heard(detail));
    on(this.#player, "failed", ({ detail }) => this.#noSound(detail.clip, detail.error));
    on(audioState, "lost", ({ detail }) => this.#lost(detail));
    on(this.#answers, "given", ({ detail }) => this.#given(detail));
    on(this.#outbox, "sent", ({ detail }) => this.#sent(detail));
    on(this.#outbox, "refused", ({ detail }) => this.#refused(detail));
    on(this.#outbox, "trouble", ({ detail }) => this.#stuck(detail));
    on(this.#outbox, "healed", () => this.#healed());
    for (const type of ["sending", "stopped"]) on(this.#submission, type, () => this.#drawGate());
    on(this.#submission, "waiting", ({ detail }) => this.#notice.show("connection", say(detail)));
    on(this.#submission, "gone", () => this.#outOfDate());
    on(document, "keydown", (event) => this.#key(event));
    on(window, "pagehide", () => this.#writeDown());
    this.#timer = setInterval(() => this.#writeDown(), KEEP_EVERY);
    this.#root.querySelectorAll(".help-toggle[aria-controls]").forEach((toggle) => on(toggle, "click", () => toggleHelp(toggle)));
    this.#keyMap(on);
    this.#offer = offerResume(this.#root.querySelector("[data-resume]"), () => this.#player.playing !== null, signal);
  }

  // Loading ------------------------------------------------------------------------------------------------

  async #load() {
    const results = await library.load(this.#player.clips.map((clip) => clip.url));
    const place = results.findIndex(({ status }) => status === "rejected");
    if (place >= 0) this.#noSound(this.#player.clips[place], results[place].reason);
    await this.#ahead.look(openedAudio(), this.#player.clips.length);
  }

  #noSound(clip, error) {
    if (!error.code) throw error;
    if (error.code === "gone") this.#outOfDate();
    else this.#notice.show("sound", say(error.code, { clip: clip.label }));
  }

  // The browser has taken the sound away: what played stands still.
  #lost(word) {
    if (!this.#player.playing && !this.#player.wanted) return;
    this.#player.pause();
    this.#notice.show("sound", say(word));
  }

  #changed() {
    const { playing, wanted } = this.#player;
    if (playing) {
      this.#notice.clear("sound");
      this.#ticker.start();
      this.#ahead.decode(openedAudio(), this.#player.clips.length);
    } else if (wanted && library.progressOf(wanted.url).state === "loading") {
      announce(say("loading-clip", { clip: wanted.label, percent: Math.floor(100 * library.progressOf(wanted.url).share) }));
    }
    this.#writeDown();
    this.#drawAll();
  }

  // Listening and answering -----------------------------------------------------------------------------------

  #heard(clip) {
    const played = Math.round(clip.played * 1000);
    this.#outbox.post(`heard ${clip.side} ${clip.index}`, `${this.#url}heard/`, { side: clip.side, clip: clip.index, played_ms: played });
    announce(say("heard", { clip: clip.label }));
    this.#drawAll();
  }

  #writeDown() {
    this.#player.mark();
    this.#listened.keep();
  }

  #given({ name, value }) {
    this.#outbox.post(name, `${this.#url}answer/`, { name, value });
    this.#drawGate();
  }

  #sent({ key }) {
    if (!key.startsWith("heard ")) this.#answers.show(key, "saved");
    this.#drawGate();
  }

  #refused({ key, status, text }) {
    const isHearing = key.startsWith("heard ");
    if (isHearing) this.#unhear(key);
    else this.#answers.show(key, "refused");
    if (!text || (status === 409 && !isHearing)) this.#outOfDate();   // the task itself is no longer this rater's
    else this.#notice.show("answer", text);
    this.#drawAll();
  }

  // The server's clock says that it cannot have been heard; then it has to be heard again.
  #unhear(key) {
    const clip = this.#clipOf(key);
    clip.heard = false;
    clip.coverage.clear();
    clip.position = 0;
  }

  // Trouble ----------------------------------------------------------------------------------------------------

  #stuck({ key }) {
    if (!key.startsWith("heard ")) this.#answers.show(key, "waiting");
    this.#notice.show("connection", say(navigator.onLine ? "trouble" : "offline"));
  }

  #healed() {
    if (this.#notice.clear("connection")) announce(say("online"));
  }

  #outOfDate() {
    this.#notice.outOfDate();
    this.#drawGate();
  }

  // Submitting -------------------------------------------------------------------------------------------------

  get #gap() {
    if (this.#notice.isFinal) return { word: "gone", values: {} };
    return missing(this.#player.clips, this.#answers.groups, this.#listen);
  }

  #isReady() {
    const gap = this.#gap;
    if (!gap) return true;
    announce(say(gap.word, gap.values));
    if (gap.group) gap.group.focus();
    else if (gap.clip) this.#cards.find((card) => card.clip === gap.clip).focus();
    return false;
  }

  #fill() {
    const set = (name, value) => {
      this.#form.elements[name].value = Math.round(value);
    };
    this.#player.mark();
    set("switches", this.#player.switches);
    set("response_ms", this.#listened.elapsed);
    for (const side of new Set(this.#player.clips.map((clip) => clip.side))) {
      const own = this.#player.clips.filter((clip) => clip.side === side);
      set(`played_ms_${side}`, 1000 * own.reduce((sum, clip) => sum + clip.played, 0));
    }
  }

  // Keys -------------------------------------------------------------------------------------------------------

  #key(event) {
    const wish = keysAreOn() && !this.#help.isOpen && !this.#report.isOpen ? command(event) : null;
    if (!wish || (event.repeat && !["answer", "move", "volume"].includes(wish.name))) return;
    event.preventDefault();
    const clips = this.#player.clips;
    if (wish.name === "toggle") this.#player.toggle(this.#player.current ?? clips[0]);
    if (wish.name === "side") this.#switchTo(wish.letter);
    if (wish.name === "other") this.#switchTo(clips.find((clip) => clip.side !== (this.#player.current ?? clips.at(-1)).side).side);
    if (wish.name === "answer") this.#answers.choose(wish.place);
    if (wish.name === "submit") this.#form.requestSubmit();
    if (wish.name === "move") this.#move(wish.forward ? STEP : -STEP);
    if (wish.name === "volume") this.#knob.turn(wish.louder);
    if (wish.name === "loop") this.#loop.press();
    if (wish.name === "help") this.#help.open();
  }

  #move(seconds) {
    const clip = this.#player.current;
    if (!clip) return;
    this.#player.mark();
    this.#player.seek(clip, clip.position + seconds);
    this.#drawPlaces();
  }

  // To the side's first clip; on that side already, to its next one.
  #switchTo(side) {
    const own = this.#player.clips.filter((clip) => clip.side === side);
    if (!own.length) return;
    const place = own.indexOf(this.#player.playing ?? null);
    const clip = own[(place + 1) % own.length];
    if (clip !== this.#player.playing) this.#player.play(clip);
  }

  #keyMap(on) {
    const map = this.#root.querySelector("[data-keys]");
    const toggle = map.querySelector("[data-keys-toggle]");
    const draw = () => {
      toggle.textContent = say(keysAreOn() ? "keys-off" : "keys-on");
      map.classList.toggle("off", !keysAreOn());
    };
    on(toggle, "click", () => {
      turnKeys(!keysAreOn());
      draw();
    });
    draw();
  }

  // Drawing ----------------------------------------------------------------------------------------------------

  #drawAll() {
    this.#cards.forEach((card) => card.draw());
    for (const side of this.#root.querySelectorAll("[data-side-card]")) {
      side.toggleAttribute("data-playing", side.querySelector("[data-clip][data-playing]") !== null);
    }
    this.#loop.draw();
    this.#drawGate();
    this.#offer?.();
  }

  // While something plays; the gate too, because what is missing changes with what is heard.
  #drawPlaces() {
    this.#player.mark();
    this.#cards.forEach((card) => card.place());
    this.#drawGate();
  }

  #drawGate() {
    const gap = this.#gap;
    const sending = this.#submission.underway && !this.#notice.isFinal;
    const text = sending ? say("submitting") : gap ? say(gap.word, gap.values) : say("ready");
    if (this.#reason.textContent !== text) this.#reason.textContent = text;
    const disabled = String(gap !== null || sending);
    if (this.#button.getAttribute("aria-disabled") !== disabled) this.#button.setAttribute("aria-disabled", disabled);
    if (gap && !("open" in this.#form.dataset)) this.#form.dataset.open = "";
    if (!gap && "open" in this.#form.dataset) {
      delete this.#form.dataset.open;
      announce(say("ready"));
    }
  }
}

function clipOf(root, heard) {
  const { side, url, label } = root.dataset;
  const index = Number(root.dataset.index);
  const duration = Number(root.querySelector(".seek").max);
  return new Clip({ side, index, url, label, duration, heard: heard.includes(`${side}${index}`) });
}

function toggleHelp(toggle) {
  const help = document.getElementById(toggle.getAttribute("aria-controls"));
  help.hidden = !help.hidden;
  toggle.setAttribute("aria-expanded", String(!help.hidden));
}

export function mountTask(root, signal) {
  const task = new Task(root, signal);
  const warn = (event) => {
    if (task.hasUnsent) event.preventDefault();
  };
  window.addEventListener("beforeunload", warn, { signal });
  return () => task.close();
}
