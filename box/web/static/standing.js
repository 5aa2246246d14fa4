// Looks every few seconds whether somebody at the observatory has confirmed this box, and shows it without a reload.
"use strict";

(() => {
  const every = 5000;

  const look = async () => {
    try {
      const answer = await fetch("/observatoire", { credentials: "same-origin" });
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("standing");
      const old = document.getElementById("standing");
      if (!fresh || old.innerHTML === fresh.innerHTML) return;
      old.replaceChildren(...fresh.childNodes);
      if (!fresh.hasAttribute("data-awaits")) clearInterval(clock);
    } catch {
      // the next look may succeed
    }
  };

  const clock = setInterval(look, every);
})();
