// Waiting between tries: 1, 2, 4 ... 30 s with a little chance in it, cut short when the browser is online again or
// the rater says "try now".

const now = new EventTarget();

// Ends every wait of the page.
export function tryNow() {
  now.dispatchEvent(new Event("now"));
}

window.addEventListener("online", tryNow);

export function pause(attempt) {
  const seconds = Math.min(30, 2 ** attempt) * (0.8 + 0.4 * Math.random());
  return new Promise((resolve) => {
    const timer = setTimeout(done, seconds * 1000);
    function done() {
      clearTimeout(timer);
      now.removeEventListener("now", done);
      resolve();
    }
    now.addEventListener("now", done);
  });
}

// Trouble that time may heal: no connection (an exception), the server busy or broken.
export function mayHeal(status) {
  return status === 429 || status >= 500;
}
