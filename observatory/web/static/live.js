// Keeps the map true without a reload: the stream says only that something changed; the parts that carry data-live are
// then fetched again and replaced where they differ. Without a stream the page asks each minute, and says when it hears
// nothing.
"use strict";

(() => {
  const silence = 45000;
  const poll = 60000;
  const query = document.getElementById("main").dataset.query;
  const stale = document.getElementById("stale");
  let watch = 0;

  const alive = () => {
    stale.hidden = true;
    clearTimeout(watch);
    watch = setTimeout(() => { stale.hidden = false; }, silence + poll);
  };

  const look = async () => {
    try {
      const answer = await fetch("/fragment?" + query, { credentials: "same-origin" });
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of fresh.querySelectorAll("[data-live]")) {
        const old = document.getElementById(part.id);
        if (old && old.innerHTML !== part.innerHTML) old.replaceWith(part);
      }
      alive();
    } catch {
      // the watch tells when it lasts
    }
  };

  const listen = () => {
    const stream = new EventSource("/events?" + query);
    stream.onopen = alive;
    stream.addEventListener("changed", look);
  };

  alive();
  listen();
  setInterval(look, poll);
})();
