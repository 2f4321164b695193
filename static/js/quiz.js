// How much time is left, by what the server said when the page was made; the server alone decides. At the end the page is asked
// for anew, which says what was kept.
for (const clock of document.querySelectorAll("[data-seconds]")) {
  const ends = performance.now() + Number(clock.dataset.seconds) * 1000;
  const left = clock.querySelector("[data-left]");
  const show = () => {
    const seconds = Math.max(0, Math.round((ends - performance.now()) / 1000));
    left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    clock.classList.toggle("is-short", seconds < 60);
    if (seconds > 0) return;
    clearInterval(timer);
    location.reload();
  };
  const timer = setInterval(show, 1000);
  show();
}

// What could not be kept is said, so that nobody believes it was.
document.addEventListener("htmx:sendError", () => {
  const kept = document.getElementById("kept");
  if (kept) kept.textContent = kept.dataset.lost;
});
