// How much of a lesson's video was played, as its player knows it: told now and then, when it stops, and when the page is left. It
// finishes nothing; that is said by the learner. What is not told counts as not measured.
const film = document.querySelector("[data-watched]");
const EVERY = 15000;
let toldAt = Date.now();
let last = "";

const spans = () => Array.from({ length: film.played.length }, (_, n) => [film.played.start(n), film.played.end(n)]);

const tell = () => {
  if (!Number.isFinite(film.duration) || !film.played.length) return;
  const said = JSON.stringify(spans().slice(-200));
  if (said === last) return;
  last = said;
  toldAt = Date.now();
  const body = new URLSearchParams({ spans: said, length: film.duration });
  // Lost on the way, it goes with the next: what was played is told whole each time.
  fetch(film.dataset.watched, { method: "POST", body, keepalive: true, headers: { "X-CSRFToken": film.dataset.csrf } }).catch(() => (last = ""));
};

film?.addEventListener("timeupdate", () => {
  if (Date.now() - toldAt > EVERY) tell();
});
film?.addEventListener("pause", tell);
film?.addEventListener("ended", tell);
addEventListener("pagehide", () => film && tell());
