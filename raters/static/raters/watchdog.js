// Says what did not start, and what to do. No module, on purpose: it also runs where modules are blocked or unknown.
// The box it writes into is in the page from the beginning and shows by itself after a while, should this script be
// what is missing; `station.js` takes it away when the page stands.

(function watch() {
  const PATIENCE = 10_000;   // a slow line needs some seconds for the scripts alone (milliseconds)
  const page = document.documentElement;

  function say(what) {
    const box = document.getElementById("starting");
    if (!box) return;
    box.querySelector("[data-what]").textContent = what;
    box.setAttribute("data-failed", "");
    box.hidden = false;
  }

  function whenRead(work) {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", work);
    else work();
  }

  function isOurs(address) {
    return typeof address === "string" && address.startsWith(location.origin);
  }

  window.addEventListener("error", (event) => {
    const { target } = event;
    // A browser's extension may fail as it likes: only our own scripts are spoken of.
    if (target instanceof HTMLScriptElement) {
      if (isOurs(target.src)) whenRead(() => say(new URL(target.src).pathname.split("/").pop()));
    } else if (isOurs(event.filename)) {
      whenRead(() => say(event.message));
    }
  }, true);
  window.addEventListener("unhandledrejection", ({ reason }) => {
    if (reason instanceof Error && (reason.stack ?? "").includes(location.origin)) whenRead(() => say(reason.message));
  });
  setTimeout(() => {
    if (!page.hasAttribute("data-started")) whenRead(() => say("station.js"));
  }, PATIENCE);
})();
