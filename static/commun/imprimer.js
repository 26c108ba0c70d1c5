// Shows the print button, which only a script can make work.
for (const bloc of document.querySelectorAll("[data-ac-imprimer]")) {
  bloc.hidden = false;
  bloc.querySelector("button").addEventListener("click", () => window.print());
}
