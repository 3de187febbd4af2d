// Waiting between tries: 1, 2, 4 ... 30 s with a little chance in it, cut short when the browser is online again.

export function pause(attempt) {
  const seconds = Math.min(30, 2 ** attempt) * (0.8 + 0.4 * Math.random());
  return new Promise((resolve) => {
    const timer = setTimeout(done, seconds * 1000);
    function done() {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      resolve();
    }
    window.addEventListener("online", done);
  });
}

// Trouble that time may heal: no connection (an exception), the server busy or broken.
export function mayHeal(status) {
  return status === 429 || status >= 500;
}

// Tries `ask` until it answers something final; the last try's answer or exception is passed on as it is.
export async function retrying(ask, tries) {
  for (let attempt = 0; ; attempt += 1) {
    const last = attempt >= tries - 1;
    try {
      const response = await ask();
      if (last || !mayHeal(response.status)) return response;
    } catch (error) {
      if (last) throw error;
    }
    await pause(attempt);
  }
}
