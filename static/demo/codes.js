// Keeps the one-time codes of the page fresh; without it, the link "Actualiser les codes" does.
"use strict";

(() => {
  const clocks = document.querySelectorAll("[data-secondes]");
  const shown = document.querySelectorAll("[data-code]");
  if (!clocks.length || !shown.length) return;
  let left = Number(clocks[0].textContent);

  const refresh = async () => {
    const response = await fetch("/codes.json", { cache: "no-store" });
    const { codes, secondes } = await response.json();
    for (const place of shown) place.textContent = codes[place.dataset.code] ?? place.textContent;
    left = secondes;
  };

  const tick = async () => {
    left -= 1;
    if (left <= 0) await refresh().catch(() => { left = 5; });
    for (const clock of clocks) clock.textContent = String(left);
    setTimeout(tick, 1000);
  };

  setTimeout(tick, 1000);
  // A tab left in the background stops its timers: catch up when it is looked at again.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) refresh().catch(() => {});
  });
})();
