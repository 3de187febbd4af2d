// The radio groups of a task: what is answered, where each answer stands, which group the digits mean.

import { say } from "./words.js";

class Group {
  constructor(root) {
    this.root = root;
    this.name = root.dataset.group;
    this.criterion = root.closest("[data-criterion]");
    this.side = root.querySelector(".of")?.textContent ?? "";
    this.label = [this.criterion.dataset.criterion, this.side].filter(Boolean).join(" ");
    this.radios = [...root.querySelectorAll("input")];
  }

  get chosen() {
    return this.radios.find((radio) => radio.checked) ?? null;
  }

  get answered() {
    return this.chosen !== null;
  }

  // The server did not take it.
  refused = false;

  // The answer in words; of two groups with the side it is about.
  get words() {
    const label = this.chosen?.closest("label").querySelector(".full").textContent;
    return label ? [this.side, label].filter(Boolean).join(" ") : "";
  }

  focus() {
    this.root.focus();
    this.criterion.scrollIntoView({ block: "nearest" });
  }
}

export class Answers extends EventTarget {
  groups;

  constructor(form, signal) {
    super();
    this.groups = [...form.querySelectorAll("[data-group]")].map((root) => new Group(root));
    const changed = ({ target }) => {
      if (target.type === "radio") this.#given(target);
    };
    form.addEventListener("change", changed, { signal });
    for (const group of this.groups) if (group.answered) this.show(group.name, "saved");
  }

  // The group with the focus, else the first without an answer, else none.
  get current() {
    const focused = this.groups.find((group) => group.root.contains(document.activeElement));
    return focused ?? this.groups.find((group) => !group.answered) ?? null;
  }

  // Chooses by place and goes on to what is still open; without anything open it stays.
  choose(place) {
    const group = this.current;
    const radio = group?.radios[place];
    if (!radio) return;
    radio.checked = true;
    this.#given(radio);
    (this.groups.find((one) => !one.answered) ?? group).focus();
  }

  // An answer of this page's earlier life that has not reached the server yet.
  restore(name, value) {
    const radio = this.groups.find((group) => group.name === name)?.radios.find((one) => one.value === value);
    if (!radio) return;
    radio.checked = true;
    this.show(name, "waiting");
  }

  show(name, state) {
    const group = this.groups.find((one) => one.name === name);
    group.refused = state === "refused";
    const siblings = this.groups.filter((one) => one.criterion === group.criterion);
    group.criterion.toggleAttribute("data-answered", true);
    group.criterion.querySelector("[data-chosen]").textContent = siblings.map((one) => one.words).filter(Boolean).join(", ");
    const mark = group.criterion.querySelector("[data-saved]");
    mark.dataset.state = state;
    mark.querySelector("[data-saved-word]").textContent = say(state);
  }

  #given(radio) {
    this.show(radio.name, "saving");
    this.dispatchEvent(new CustomEvent("given", { detail: { name: radio.name, value: radio.value } }));
  }
}
