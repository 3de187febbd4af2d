// A long prompt is folded after some lines, with a button that shows all of it: the players stay in sight, and nobody
// judges a text by its beginning without knowing that it goes on.

export function unfoldPrompt(root, signal) {
  const text = root.querySelector("[data-prompt]");
  const button = root.querySelector("[data-prompt-button]");
  const draw = () => {
    const isOpen = text.hasAttribute("data-open");
    button.hidden = !isOpen && text.scrollHeight <= text.clientHeight + 1;
  };
  button.addEventListener("click", () => {
    button.setAttribute("aria-expanded", String(text.toggleAttribute("data-open")));
    draw();
  }, { signal });
  const observer = new ResizeObserver(draw);
  observer.observe(text);
  signal.addEventListener("abort", () => observer.disconnect());
  draw();
}
