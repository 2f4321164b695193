// Moving by dragging, or with Alt and an arrow key on what has the focus: both send the form that “Move” leads to. In a
// block of its own, since the composer's script is on the page, too.
{
  const form = document.getElementById("ca-form");

  const send = (item, day) => {
    form.action = item.dataset.move;
    form.elements.day.value = day;
    form.elements.back.value = location.search;
    form.submit();
  };

  let dragged = null;

  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-move]") ?? null;
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.move);
    dragged.classList.add("is-dragged");
  });

  const over = (event) => (dragged && form ? event.target.closest?.("[data-day]") : null);

  document.addEventListener("dragover", (event) => {
    const day = over(event);
    document.querySelectorAll(".is-over").forEach((each) => each !== day && each.classList.remove("is-over"));
    if (!day) return;
    event.preventDefault();
    day.classList.add("is-over");
  });

  document.addEventListener("drop", (event) => {
    const day = over(event);
    if (!day) return;
    event.preventDefault();
    if (dragged.closest("[data-day]") !== day) send(dragged, day.dataset.day);
  });

  document.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    document.querySelectorAll(".is-over").forEach((each) => each.classList.remove("is-over"));
    dragged = null;
  });

  const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

  document.addEventListener("keydown", (event) => {
    const item = event.altKey && STEPS[event.key] ? document.activeElement?.closest?.("[data-move]") : null;
    const from = item?.closest("[data-day]")?.dataset.day;
    if (!from || !form) return;
    event.preventDefault();
    const day = new Date(`${from}T12:00:00Z`);
    day.setUTCDate(day.getUTCDate() + STEPS[event.key]);
    send(item, day.toISOString().slice(0, 10));
  });
}
