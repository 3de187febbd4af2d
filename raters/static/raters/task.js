// The task page: clips, questions, keys and Submit, tied together.

import { Ahead } from "./ahead.js";
import { Answers } from "./answers.js";
import { Card } from "./cards.js";
import { Help, Loop, VolumeKnob } from "./controls.js";
import { openedAudio } from "./audio.js";
import { missing } from "./gate.js";
import { command, keysAreOn, turnKeys } from "./keys.js";
import { Library } from "./library.js";
import { Outbox } from "./outbox.js";
import { Clip, Player } from "./player.js";
import { offerResume } from "./resume.js";
import { Submission } from "./submission.js";
import { announce, say } from "./words.js";

const STEP = 2;                  // how far an arrow key moves (seconds)
const library = new Library();   // outlives the page: a task that is shown again need not be fetched again

class Task {
  #root;
  #url;
  #listen;
  #form;
  #button;
  #reason;
  #player;
  #cards;
  #answers;
  #outbox;
  #submission;
  #offer;
  #loop;
  #knob;
  #help;
  #ahead;
  #shownAt = performance.now();
  #trouble = "";
  #drawing = 0;

  constructor(root, signal) {
    this.#root = root;
    this.#url = root.dataset.taskUrl;
    this.#listen = root.dataset.listen;
    this.#form = root.querySelector("form");
    this.#button = this.#form.querySelector("button[type=submit]");
    this.#reason = root.querySelector("[data-reason]");
    this.#outbox = new Outbox(document.body.dataset.csrf, this.#url);
    this.#buildPlayer(signal);
    this.#answers = new Answers(this.#form, signal);
    this.#loop = new Loop(root, this.#player, signal);
    this.#knob = new VolumeKnob(root, this.#player, signal);
    this.#help = new Help(root, signal);
    this.#submission = new Submission(this.#form, this.#outbox, {
      ready: () => this.#isReady(),
      fill: () => this.#fill(),
      signal,
    });
    this.#ahead = new Ahead(this.#url, library, this.#form.elements.promise, this.#player.clips[0].duration);
    this.#listenToAll(signal);
    this.#takeUp();
    this.#button.disabled = false;   // from here on aria-disabled: the reason stays within reach of the keyboard
    this.#drawAll();
    this.#load();
  }

  close() {
    cancelAnimationFrame(this.#drawing);
    this.#player.close();
    this.#outbox.close();
    this.#ahead.close();
  }

  get hasUnsent() {
    return this.#outbox.busy;
  }

  #buildPlayer(signal) {
    const heard = this.#root.dataset.heard.split(" ");
    const roots = [...this.#root.querySelectorAll("[data-clip]")];
    const clips = roots.map((root) => clipOf(root, heard));
    const { position, seek, loop } = this.#root.dataset;
    this.#player = new Player(clips, library, { position, seek, loop: loop === "true" });
    this.#cards = clips.map((clip, place) => new Card(roots[place], clip, this.#player, signal));
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
    on(this.#player, "failed", ({ detail }) => this.#noSound(detail));
    on(this.#answers, "given", ({ detail }) => this.#given(detail));
    on(this.#outbox, "sent", ({ detail }) => this.#sent(detail));
    on(this.#outbox, "refused", ({ detail }) => this.#refused(detail));
    on(this.#outbox, "trouble", ({ detail }) => this.#stuck(detail));
    on(this.#outbox, "healed", () => this.#healed());
    for (const type of ["sending", "stopped"]) on(this.#submission, type, () => this.#drawGate());
    on(this.#submission, "waiting", ({ detail }) => this.#say(detail));
    on(this.#submission, "gone", () => this.#outOfDate());
    on(document, "keydown", (event) => this.#key(event));
    this.#root.querySelectorAll(".help-toggle").forEach((toggle) => on(toggle, "click", () => toggleHelp(toggle)));
    this.#keyMap(on);
    this.#offer = offerResume(this.#root.querySelector("[data-resume]"), () => this.#player.playing !== null, signal);
  }

  // Loading ------------------------------------------------------------------------------------------------

  async #load() {
    const box = this.#root.querySelector("[data-loading]");
    const bar = box.querySelector("progress");
    const urls = this.#player.clips.map((clip) => clip.url);
    try {
      await library.load(urls, (share) => {
        bar.value = 100 * share;
      });
      await this.#player.prepare();
      box.hidden = true;
      this.#ahead.look(openedAudio(), this.#player.clips.length);
    } catch (error) {
      this.#noSound(error);
    }
  }

  #noSound(error) {
    if (error.code === "gone") {
      this.#outOfDate();
      return;
    }
    if (!error.code) throw error;
    this.#say(error.code);
  }

  #changed() {
    if (this.#player.playing) {
      this.#root.querySelector("[data-loading]").hidden = true;
      if (this.#trouble === "no-sound") this.#problem("");
      this.#ahead.decode(openedAudio(), this.#player.clips.length);
    }
    this.#drawAll();
  }

  // Listening and answering -----------------------------------------------------------------------------------

  #heard(clip) {
    const played = Math.round(clip.played * 1000);
    this.#outbox.post(`heard ${clip.side} ${clip.index}`, `${this.#url}heard/`, { side: clip.side, clip: clip.index, played_ms: played });
    announce(say("heard", { clip: clip.label }));
    this.#drawAll();
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
    this.#problem(text);
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
    this.#say(navigator.onLine ? "trouble" : "offline");
  }

  #healed() {
    this.#problem("");
    announce(say("online"));
  }

  #say(word) {
    if (this.#trouble !== word) this.#problem(say(word));
    this.#trouble = word;
  }

  #problem(text) {
    const box = this.#root.querySelector("[data-problem]");
    this.#trouble = "";
    box.querySelector("span").textContent = text;
    box.hidden = !text;
  }

  #outOfDate() {
    this.#problem("");
    this.#root.querySelector("[data-reload]").hidden = false;
  }

  // Submitting -------------------------------------------------------------------------------------------------

  get #gap() {
    return missing(this.#player.clips, this.#answers.groups, this.#listen);
  }

  #isReady() {
    const gap = this.#gap;
    if (!gap) return true;
    announce(say(gap.word, gap.values));
    if (gap.group) gap.group.focus();
    else this.#cards.find((card) => card.clip === gap.clip).focus();
    return false;
  }

  #fill() {
    const set = (name, value) => {
      this.#form.elements[name].value = Math.round(value);
    };
    this.#player.mark();
    set("switches", this.#player.switches);
    set("response_ms", performance.now() - this.#shownAt);
    for (const side of new Set(this.#player.clips.map((clip) => clip.side))) {
      const own = this.#player.clips.filter((clip) => clip.side === side);
      set(`played_ms_${side}`, 1000 * own.reduce((sum, clip) => sum + clip.played, 0));
    }
  }

  // Keys -------------------------------------------------------------------------------------------------------

  #key(event) {
    const wish = keysAreOn() && !this.#help.isOpen ? command(event) : null;
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
    this.#placeAll();
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
    cancelAnimationFrame(this.#drawing);
    if (this.#player.playing) this.#drawing = requestAnimationFrame(() => this.#drawPlace());
  }

  #drawPlace() {
    this.#player.mark();
    this.#placeAll();
    if (this.#player.playing) this.#drawing = requestAnimationFrame(() => this.#drawPlace());
  }

  #placeAll() {
    this.#cards.forEach((card) => card.place());
  }

  #drawGate() {
    const gap = this.#gap;
    const sending = this.#submission.underway;
    this.#button.setAttribute("aria-disabled", String(gap !== null || sending));
    const text = sending ? say("submitting") : gap ? say(gap.word, gap.values) : say("ready");
    if (this.#reason.textContent !== text) this.#reason.textContent = text;
    if (gap) this.#form.dataset.open = "";
    else if ("open" in this.#form.dataset) {
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
