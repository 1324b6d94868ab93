// What one can do: step, play, search, hide lanes, zoom, follow a link.  Every button has a key, every key is listed.
let printing = false;
const player = { timer: 0, fast: false };
const search = { hits: new Set(), list: [], text: "" };

function goTo(row, { said = false } = {}) {
  if (row < 0 || row >= count) return;
  view.current = row;
  if (!said) quiz.last = null;
  if (view.secret) draw(true);
  follow();
  draw();
  markCurrent();
  showPanel();
  showPlace();
  if (quiz.on) showQuiz();
}

function step(direction, times = 1) {
  let row = view.current;
  for (let i = 0; i < times; i++) {
    const next = neighbour(row, direction);
    if (next < 0) break;
    row = next;
  }
  if (row !== view.current) goTo(row);
  return row;
}

function showPlace() {
  const scrub = byId("scrub");
  scrub.value = view.current + 1;
  scrub.setAttribute("aria-valuetext", count ? rowName(view.current) : "");
  byId("position").textContent = `${grouped(count ? view.current + 1 : 0)} / ${grouped(count)}`;
  linkLater();
}

// The address follows, but not sixty times a second: browsers refuse that.
let linkTimer = 0;
function linkLater() {
  if (linkTimer) return;
  linkTimer = setTimeout(() => {
    linkTimer = 0;
    const link = `#step=${view.current + 1}`;
    if (location.hash !== link) history.replaceState(null, "", link);
    byId("here").textContent = link;
    byId("here").href = link;
  }, 300);
}

function readLink() {
  const asked = /^#step=(\d{1,9})$/.exec(location.hash);
  if (asked) goTo(Math.min(count, Math.max(1, Number(asked[1]))) - 1);
  return asked !== null;
}

/* --- play --- */
function stopPlaying() {
  if (!player.timer) return;
  clearInterval(player.timer);
  player.timer = 0, player.fast = false;
  byId("narrator").setAttribute("aria-live", "polite");
  showPlaying();
  markCurrent();
  showPanel();
}

function startPlaying() {
  const speed = Number(byId("speed").value);
  if (quiz.on) setPredicting(false);
  if (neighbour(view.current, 1) < 0) goTo(0);
  player.fast = speed > 4;
  // Nobody can listen to more than about one sentence a second.
  byId("narrator").setAttribute("aria-live", speed > 1 ? "off" : "polite");
  player.timer = setInterval(() => {
    const row = step(1);
    if (neighbour(row, 1) < 0) stopPlaying();
  }, 1000 / speed);
  showPlaying();
}

function showPlaying() {
  const on = player.timer !== 0, play = byId("play");
  play.setAttribute("aria-pressed", on);
  play.setAttribute("aria-label", on ? "Pause" : "Play");
}
const togglePlay = () => (player.timer ? stopPlaying() : startPlaying());

/* --- search: each string is looked at once, however many rows say it --- */
function runSearch() {
  search.text = byId("search").value.trim().toLowerCase();
  const good = new Uint8Array(trace.strings.length);
  if (search.text) trace.strings.forEach((text, i) => { good[i] = text.toLowerCase().includes(search.text); });
  const lanes = trace.lanes.map((lane) => lane.name.toLowerCase() === search.text);
  search.list = search.text ? view.shown.filter((row) => good[rows.label[row]] || good[rows.detail[row]] || texts.get(row)?.some(([, text]) => text.toLowerCase().includes(search.text)) || (!isFold(row) && (lanes[rows.lane[row]] || kindOf(row) === search.text))) : [];
  if (view.secret) search.list = search.list.filter((row) => row <= view.current);
  search.hits = new Set(search.list);
  showFound();
  draw(true);
}

function showFound() {
  const at = search.list.indexOf(view.current);
  byId("found").textContent = !search.text ? "" : search.list.length === 0 ? "none" : at < 0 ? grouped(search.list.length) : `${grouped(at + 1)}/${grouped(search.list.length)}`;
}

function nextHit(direction) {
  if (!search.list.length) return;
  const before = lastUpTo(search.list, direction > 0 ? view.current : view.current - 1);
  goTo(search.list[(before + (direction > 0 ? 1 : 0) + search.list.length) % search.list.length]);
  showFound();
}

/* --- lanes and zoom --- */
function setHidden(lane, hide) {
  if (hide) view.hidden.add(lane);
  else view.hidden.delete(lane);
  if (view.hidden.size === trace.lanes.length) view.hidden.clear();
  layOut();
  if (count && view.place[view.current] < 0) {
    const next = neighbour(view.current, 1);
    goTo(next >= 0 ? next : neighbour(view.current, -1));
  }
  runSearch();
  showLanes();
  if (quiz.on) showQuiz();
}

function showLanes() {
  const boxes = trace.lanes.map((lane, i) => {
    const box = make("input");
    box.type = "checkbox";
    box.checked = !view.hidden.has(i);
    box.addEventListener("change", () => { setHidden(i, !box.checked); byId("lanes").querySelectorAll("input")[i].focus(); });
    return make("label", `m${lane.mode}`, null, box, make("span", "dot"), make("span", "", lane.name), make("span", "count", grouped(rowsOfLane[i].length)));
  });
  const all = make("button", "", "Show all");
  all.type = "button";
  all.addEventListener("click", () => { view.hidden.clear(); setHidden(0, false); byId("lanes").querySelector("input").focus(); });
  byId("lanes").replaceChildren(...boxes, all);
  byId("lanes-menu").querySelector("summary").textContent = view.hidden.size ? `Lanes (${trace.lanes.length - view.hidden.size} of ${trace.lanes.length})` : "Lanes";
}

function setZoom(to) {
  view.zoom = Math.max(0, Math.min(ZOOMS.length - 1, to));
  byId("smaller").disabled = view.zoom === 0;
  byId("larger").disabled = view.zoom === ZOOMS.length - 1;
  layOut();
}

/* --- the strip under the slider: who is in control, from the first row to the last --- */
function drawOverview() {
  const canvas = byId("overview"), scrub = byId("scrub"), wide = Math.max(1, scrub.clientWidth - 16), ratio = window.devicePixelRatio || 1;
  canvas.style.width = `${wide}px`;
  canvas.width = wide * ratio, canvas.height = 5 * ratio;
  const paint = canvas.getContext("2d"), style = getComputedStyle(document.documentElement);
  const inks = ["--user", "--guest", "--hyper", "--host"].map((name) => style.getPropertyValue(name).trim());
  for (let x = 0; x < canvas.width && count; x++) {
    const row = Math.min(count - 1, Math.floor((x / canvas.width) * count));
    paint.fillStyle = inks[modeOf(row)] ?? style.getPropertyValue("--line").trim();
    paint.fillRect(x, 0, 1, canvas.height);
  }
}
