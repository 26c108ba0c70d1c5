// Sends the answer back to the service at once; without this file, its button does.
document.querySelector("[data-ac-retour]")?.requestSubmit();
