// Keeps the page true without a reload. The stream says only that something changed; the parts of the page that carry
// data-live are then fetched again and replaced where they differ. When the box falls silent, the page says so.
"use strict";

(() => {
  const silence = 45000; // no beat for three heartbeats: the page no longer knows
  const poll = 30000; // when there is no stream to be had
  const shown = new Map();
  let watch = 0;
  let fetching = false;
  let again = false;

  const parts = (root) => root.querySelectorAll("[data-live]");
  for (const part of parts(document)) shown.set(part.id, part.innerHTML);

  const stale = (is) => {
    document.getElementById("stale").hidden = !is;
    document.body.classList.toggle("is-stale", is);
  };

  const alive = () => {
    stale(false);
    clearTimeout(watch);
    watch = setTimeout(() => stale(true), silence);
  };

  const replace = (text) => {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    for (const part of parts(fresh)) {
      const old = document.getElementById(part.id);
      const html = part.innerHTML;
      if (!old || shown.get(part.id) === html) continue;
      shown.set(part.id, html);
      old.replaceChildren(...part.childNodes);
      if (part.dataset.title) document.title = part.dataset.title;
      if (part.dataset.icon) document.querySelector("link[rel=icon]").href = part.dataset.icon;
    }
  };

  const refresh = async () => {
    if (fetching) {
      again = true;
      return;
    }
    fetching = true;
    try {
      const answer = await fetch("/fragment?lang=" + document.documentElement.lang, { cache: "no-store" });
      const type = answer.headers.get("Content-Type") || "";
      // Also 503 comes as a page when the box cannot read its data: it is fog, and must be shown.
      if (type.startsWith("text/html")) {
        replace(await answer.text());
        alive();
      }
    } catch {
      // The box is away: silence will say so.
    }
    fetching = false;
    if (again) {
      again = false;
      refresh();
    }
  };

  const stream = new EventSource("/events");
  stream.addEventListener("change", refresh);
  stream.addEventListener("beat", alive);
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) setInterval(refresh, poll);
  });
  alive();
})();
