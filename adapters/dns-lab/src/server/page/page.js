"use strict";
(() => {
  const EVERY = 1000; // ms
  const button = document.getElementById("pause");
  const clock = document.getElementById("clock");
  const gone = document.getElementById("gone");
  let paused = false;
  let timer = 0;

  // The page that is there now takes the place of the one that was: the server has made both.
  async function refresh() {
    try {
      const answer = await fetch("/", { cache: "no-store" });
      if (!answer.ok) throw new Error(answer.statusText);
      const next = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (paused) return;
      const open = new Set([...document.querySelectorAll("main details[open]")].map((d) => d.id));
      const main = next.querySelector("main");
      for (const details of main.querySelectorAll("details")) {
        if (open.has(details.id)) details.open = true;
      }
      document.querySelector("main").replaceWith(main);
      document.title = next.title;
      clock.textContent = next.getElementById("clock").textContent;
      gone.classList.remove("shown");
    } catch {
      if (!paused) gone.classList.add("shown");
    } finally {
      if (!paused) timer = setTimeout(refresh, EVERY);
    }
  }

  button.hidden = false;
  button.addEventListener("click", () => {
    paused = !paused;
    button.textContent = paused ? "Resume" : "Pause";
    button.setAttribute("aria-pressed", String(paused));
    clearTimeout(timer);
    if (!paused) refresh();
  });
  timer = setTimeout(refresh, EVERY);
})();
