// Brings it all up, and says which key does what.
const KEYS = [
  ["→ ↓ j", "one step forward", ["ArrowRight", "ArrowDown", "j"], () => step(1)],
  ["← ↑ k", "one step back", ["ArrowLeft", "ArrowUp", "k"], () => step(-1)],
  ["Page ↓", "ten steps forward", ["PageDown"], () => step(1, 10)],
  ["Page ↑", "ten steps back", ["PageUp"], () => step(-1, 10)],
  ["Home", "the first step", ["Home"], () => goTo(neighbour(-1, 1))],
  ["End", "the last step", ["End"], () => goTo(neighbour(count, -1))],
  ["space", "play, pause", [" "], togglePlay],
  ["/", "search; Enter and Shift+Enter: next and previous", ["/"], () => byId("search").focus()],
  ["n N", "next and previous found", ["n", "N"], (key) => nextHit(key === "n" ? 1 : -1)],
  ["l", "show and hide lanes", ["l"], () => { byId("lanes-menu").open = true; byId("lanes").querySelector("input")?.focus(); }],
  ["p", "predict: guess who is in control next", ["p"], () => setPredicting(!quiz.on)],
  ["1 … 9", "the guess: a lane, from the left", ["1", "2", "3", "4", "5", "6", "7", "8", "9"], (key) => quiz.on && guessByKey(Number(key))],
  ["+ − 0", "larger, smaller, as it was", ["+", "=", "-", "0"], (key) => setZoom(key === "0" ? 3 : view.zoom + (key === "-" ? -1 : 1))],
  ["?", "these keys", ["?"], () => byId("keys").showModal()],
];
const ACTIONS = new Map(KEYS.flatMap(([, , keys, action]) => keys.map((key) => [key, action])));

// Keys that a control under the focus needs itself.
function taken(event) {
  const { key, target } = event;
  if (target.closest("dialog, input[type=search], select")) return true;
  if (target.closest("input[type=range]")) return key.startsWith("Arrow") || key.startsWith("Page") || key === "Home" || key === "End";
  if (target.closest("button, summary, input, a")) return key === " " || key === "Enter";
  if (target.closest("#panel")) return key === "ArrowUp" || key === "ArrowDown" || key.startsWith("Page") || key === "Home" || key === "End";
  return false;
}

function onKey(event) {
  if (event.key === "Escape" && byId("lanes-menu").open) {
    byId("lanes-menu").open = false;
    byId("lanes-menu").querySelector("summary").focus();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || taken(event)) return;
  if (event.key.length === 1 && event.key !== " " && !byId("letters").checked) return;
  const action = ACTIONS.get(event.key);
  if (!action) return;
  event.preventDefault();
  if (event.key.startsWith("Arrow") || event.key.startsWith("Page")) stopPlaying();
  action(event.key);
}

function onSearchKey(event) {
  if (event.key === "Enter") nextHit(event.shiftKey ? -1 : 1);
  else if (event.key === "Escape") {
    event.target.value = "";
    runSearch();
    ladder.focus({ preventScroll: true });
  } else return;
  event.preventDefault();
}

const SAMPLES = { circle: "circle", square: "square", hexagon: "hexagon", diamond: "diamond" };
function sample(draws) {
  const picture = svg("svg", { viewBox: "0 0 24 14", "aria-hidden": "true" });
  draws(picture);
  return picture;
}
function showLegend() {
  const shape = (name, mode, text) => make("li", `m${mode}`, null, sample((to) => drawShape(SAMPLES[name], 12, 7, 6, { class: "mark" }, to)), text);
  const line = (width, dash, text, tip) => make("li", "", null, sample((to) => {
    svg("line", { x1: 0, x2: tip ? 17 : 24, y1: 7, y2: 7, "stroke-width": width, "stroke-dasharray": dash }, to);
    if (tip) svg("path", { class: "tip", d: "M24 7L16 3V11Z" }, to);
  }), text);
  const items = CONTROL
    ? [...[...modesSeen].sort().map((mode) => shape(["circle", "square", "hexagon", "diamond"][mode] ?? "circle", mode, modeWords(mode))), line(1.5, "", "control crosses", true), line(3, "", "the same party goes on", true)]
    : [shape("square", 0, "starts, ends"), shape("circle", 0, "call"), shape("diamond", 0, "signal"), ...(rows.wrong.includes(1) ? [shape("hexagon", "wrong", "what is wrong")] : []), line(1.3, "4 3", "waits"), line(1.5, "", "lets it go on", true)];
  byId("legend").replaceChildren(...(count ? items : []));
}

function showHeader() {
  byId("title").textContent = trace.title;
  byId("facts").textContent = trace.facts;
  const warnings = [
    trace.lost ? `${grouped(trace.lost)} events were lost` : "",
    trace.repeatable ? "" : "repeatable: false — real time stepped in",
    trace.ended_early ? "the recording ended early" : "",
  ].filter(Boolean);
  byId("warnings").replaceChildren(...warnings.map((text) => make("li", "", text)));
  byId("warnings").hidden = warnings.length === 0;
  const left = trace.of_rows - count;
  byId("rest").textContent = left ? `… ${grouped(left)} more rows; to see them: --from ${trace.next_event}` : count ? "" : "Nothing to show: no event lies in this window.";
}

// On paper all rows stand, or the first of very many; the heads are as tall as they were when the rows were placed below.
const PAPER_ROWS = 800;
function startPrinting() {
  printing = true;
  layOut();
  heads.style.height = `${view.head}px`;
  const left = view.shown.length - PAPER_ROWS;
  if (left <= 0) return;
  ladder.style.height = `${view.y[PAPER_ROWS]}px`;
  byId("rest").textContent = `… ${grouped(left)} more rows are not printed; to print them: --from ${rows.event[view.shown[PAPER_ROWS]]}`;
}
function stopPrinting() {
  printing = false;
  heads.style.height = "";
  showHeader();
  layOut();
}

function listen() {
  const on = (id, type, action) => byId(id).addEventListener(type, action);
  document.addEventListener("keydown", onKey);
  on("first", "click", () => goTo(neighbour(-1, 1)));
  on("last", "click", () => goTo(neighbour(count, -1)));
  on("back", "click", () => { stopPlaying(); step(-1); });
  on("next", "click", () => { stopPlaying(); step(1); });
  on("play", "click", togglePlay);
  on("speed", "change", () => { if (player.timer) { stopPlaying(); startPlaying(); } });
  on("scrub", "input", () => { stopPlaying(); const row = Number(byId("scrub").value) - 1; goTo(view.place[row] >= 0 ? row : neighbour(row, 1)); });
  on("search", "input", runSearch);
  on("search", "keydown", onSearchKey);
  on("predict", "click", () => setPredicting(!quiz.on));
  on("smaller", "click", () => setZoom(view.zoom - 1));
  on("larger", "click", () => setZoom(view.zoom + 1));
  on("help", "click", () => byId("keys").showModal());
  on("skip", "click", (event) => { event.preventDefault(); ladder.focus({ preventScroll: true }); });
  on("ladder", "click", (event) => { const row = event.target.closest(".row[data-row]"); if (row) { stopPlaying(); goTo(Number(row.dataset.row)); } });
  document.addEventListener("click", (event) => { if (!event.target.closest("#lanes-menu") && document.contains(event.target)) byId("lanes-menu").open = false; });
  scroller.addEventListener("scroll", () => draw(), { passive: true });
  new ResizeObserver(() => { layOut(); drawOverview(); }).observe(scroller);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawOverview);
  window.addEventListener("hashchange", readLink);
  window.addEventListener("beforeprint", startPrinting);
  window.addEventListener("afterprint", stopPrinting);
}

byId("scrub").max = Math.max(1, count);
for (const [keys, what] of KEYS) byId("keys-table").append(make("tr", "", null, make("th", "", null, make("kbd", "", keys)), make("td", "", what)));
showHeader();
showLegend();
showLanes();
setZoom(3);
listen();
if (!readLink()) goTo(neighbour(-1, 1));
if (!count) showPanel();
