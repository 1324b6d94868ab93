// The ladder itself.  Only the rows near the window exist as elements, so that a hundred thousand cost what fifty do:
// they are made anew when the window leaves them, and a step only moves a mark.
const scroller = byId("scroller"), ladder = byId("ladder"), heads = byId("heads"), lines = byId("lines"), token = byId("token");
const drawn = { from: 0, to: -1, row: new Map(), arrow: new Map() };
const MARGIN = 24; // rows made beyond the window, above and below

function svg(name, attributes, parent) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (parent) parent.append(element);
  return element;
}

const number = (value) => value.toFixed(1);

// What the explorer found: shape and colour say it.
const isWrong = (row) => rows.wrong[row] === 1;

// A mark's shape says the mode, so that black and white will do; among threads, what kind of event it is.
function shapeOf(row) {
  if (CONTROL) return ["circle", "square", "hexagon", "diamond"][rows.mode[row]] ?? "circle";
  const kind = kindOf(row);
  if (/^(signal|stopped|continued)/.test(kind)) return "diamond";
  if (kind === "race" || kind === "verdict") return "hexagon";
  return kind === "start" || kind === "thread-start" || kind === "exit" || kind === "thread-exit" ? "square" : "circle";
}

function drawShape(shape, x, y, r, attributes, parent) {
  if (shape === "circle") return svg("circle", { cx: number(x), cy: number(y), r: number(r), ...attributes }, parent);
  const corner = (angle, length = r) => `${number(x + length * Math.cos(angle))} ${number(y + length * Math.sin(angle))}`;
  const around = (corners, turn, length) => Array.from({ length: corners }, (_, i) => corner(((i + turn) * 2 * Math.PI) / corners, length)).join("L");
  const d = shape === "square" ? around(4, 0.5, r * 1.3) : shape === "diamond" ? around(4, 0, r * 1.25) : around(8, 0.5, r * 1.06);
  return svg("path", { d: `M${d}Z`, ...attributes }, parent);
}

function drawMark(row, y, parent) {
  const x = view.x[rows.lane[row]], step = rows.step[row], open = kindOf(row) === "syscall" && !rows.ends[row];
  const hollow = CONTROL ? !step : open;
  drawShape(shapeOf(row), x, y, view.mark, { class: `mark m${isWrong(row) ? "wrong" : modeOf(row)}${hollow ? " hollow" : ""}` }, parent);
  if (step && view.mark > 6.5) {
    const digit = svg("text", { x: number(x), y: number(y + 0.5) }, parent);
    digit.textContent = step;
  }
}

// Whether there is room for the words of a hop on its arrow; otherwise they stand in the row.
function hopOnArrow(row) {
  const cause = rows.cause[row];
  if (cause < 0 || view.place[cause] < 0 || !string(rows.hop[row]) || zoom() < 0.75) return false;
  return Math.abs(view.x[rows.lane[cause]] - view.x[rows.lane[row]]) >= 96;
}

// From mark to mark, clipped at both; the words of the hop stand in its middle, where there is room.
function drawArrow(row, y0, parent) {
  const cause = rows.cause[row], from = view.place[cause] ?? -1;
  if (cause < 0 || from < 0) return;
  const x1 = view.x[rows.lane[cause]], x2 = view.x[rows.lane[row]], y1 = view.y[from] - y0, y2 = view.y[view.place[row]] - y0;
  const length = Math.hypot(x2 - x1, y2 - y1), gap = view.mark + 2, same = x1 === x2;
  if (length <= 2 * gap + 3 || (same && !CONTROL)) return;
  const dx = (x2 - x1) / length, dy = (y2 - y1) / length, head = same ? 8 : 9, wide = same ? 5 : 4;
  const ax = x1 + dx * gap, ay = y1 + dy * gap, bx = x2 - dx * gap, by = y2 - dy * gap, cx = bx - dx * head, cy = by - dy * head;
  const group = svg("g", { class: `m${CONTROL ? rows.mode[row] : "x"}` }, parent);
  const line = svg("path", { class: `arrow${same ? " same" : ""}`, d: `M${number(ax)} ${number(ay)}L${number(cx)} ${number(cy)}` }, group);
  svg("path", { class: "tip", d: `M${number(bx)} ${number(by)}L${number(cx - dy * wide)} ${number(cy + dx * wide)}L${number(cx + dy * wide)} ${number(cy - dx * wide)}Z` }, group);
  drawn.arrow.set(row, line);
  const hop = string(rows.hop[row]);
  if (same || !hopOnArrow(row)) return;
  const said = hop.replace("  ", " "), x = (x1 + x2) / 2, y = (y1 + y2) / 2, ground = said.length * 6.3 + 6;
  svg("rect", { class: "clear", x: number(x - ground / 2), y: number(y - 8), width: number(ground), height: 16 }, group);
  const text = svg("text", { class: "hop", x: number(x), y: number(y) }, group);
  text.textContent = said;
}

function drawBrackets(row, y, above, below, parent) {
  for (let level = 0; level < view.brackets; level++) {
    const bit = 1 << level;
    if (!(bracketPass[row] & bit)) continue;
    const x = view.left - 9 * (level + 1) + 3, top = bracketFirst[row] & bit, end = bracketLast[row] & bit;
    const y1 = top ? y - 8 : above, y2 = end ? y + 8 : below;
    svg("path", { class: "bracket", d: `M${top ? `${x + 4} ${number(y1)}H` : ""}${x}${top ? "" : ` ${number(y1)}`}V${number(y2)}${end ? `H${x + 4}` : ""}` }, parent);
  }
}

function drawLife(row, next, y0, parent) {
  const x = number(view.x[rows.lane[row]]), y2 = next >= 0 ? view.y[view.place[next]] : view.height;
  svg("line", { class: `life m${laneOf(row).mode}${rows.waits[row] ? " waits" : ""}`, x1: x, x2: x, y1: number(view.y[view.place[row]] - y0), y2: number(y2 - y0) }, parent);
}

// What threads do between their rows: a line each, dashed while one waits.
function drawLives(from, to, y0, parent) {
  trace.lanes.forEach((lane, index) => {
    const x = view.x[index], list = rowsOfLane[index];
    if (x < 0) return;
    for (let i = Math.max(0, lastUpTo(list, view.shown[from])); i + 1 < list.length && view.place[list[i]] <= to; i++) {
      if (view.secret && list[i + 1] > view.current) break;
      drawLife(list[i], list[i + 1], y0, parent);
    }
    const last = list.at(-1); // nobody ended its wait
    if (last !== undefined && rows.waits[last] && trace.of_rows === count && view.place[last] <= to && !view.secret) drawLife(last, -1, y0, parent);
  });
}

// Where room is short, what all pthread calls have in common goes; the panel has them in full.
const brief = (row) => (view.narrow ? label(row).replace(/^(… )?pthread_/, "$1") : label(row));

function makeRow(row, place) {
  const z = zoom(), fold = isFold(row), element = make("div", `row m${modeOf(row)}${fold ? " fold" : ""}`);
  element.id = `row-${row + 1}`;
  element.setAttribute("role", "option");
  element.setAttribute("aria-posinset", place + 1);
  element.setAttribute("aria-setsize", view.shown.length);
  element.setAttribute("aria-selected", row === view.current);
  element.dataset.row = row;
  element.style.top = `${view.y[place] - 16 * z}px`;
  element.style.height = `${32 * z}px`;
  const time = make("span", "time", fold ? "" : timeText(rows.time[row]));
  time.style.width = "72px";
  time.style.left = `${view.timeLeft}px`;
  const hop = string(rows.hop[row]).replace("  ", " "), more = [hopOnArrow(row) ? "" : hop, detail(row)].filter(Boolean).join(" · ");
  const said = make("span", "words", null, make("span", "unseen", rowPlace(row)), make("span", "label", fold ? `${detail(row)}  ${label(row)}` : brief(row)), make("span", "detail", fold ? "" : more));
  said.style.left = `${fold && view.words > 420 ? view.timeLeft + 82 : view.words}px`;
  element.title = `${label(row)}${detail(row) ? ` — ${detail(row)}` : ""}`;
  if (search.hits.has(row)) element.classList.add("hit");
  element.append(time, said);
  return element;
}

// The row that is asked for, as long as nobody has guessed: it says only that it is there.
function makeSecret(place) {
  const element = make("div", "row secret mx"), said = make("span", "words", null, make("span", "label", "… and who is next?"));
  element.setAttribute("role", "presentation");
  element.style.top = `${view.y[place] - 16 * zoom()}px`;
  element.style.height = `${32 * zoom()}px`;
  said.style.left = `${view.words}px`;
  element.append(said);
  return element;
}

function drawWindow(from, to) {
  const y0 = from > 0 ? view.y[from - 1] : 0, y1 = to + 1 < view.shown.length ? view.y[to + 1] : view.height;
  const group = svg("g", {}), elements = [];
  drawn.from = from, drawn.to = to;
  drawn.row.clear(), drawn.arrow.clear();
  lines.style.top = `${view.head + y0}px`;
  lines.setAttribute("width", view.width);
  lines.setAttribute("height", Math.max(1, y1 - y0));
  for (const x of view.x) if (x >= 0) svg("line", { class: "column", x1: number(x), x2: number(x), y1: 0, y2: number(y1 - y0) }, group);
  if (!CONTROL && view.shown.length) drawLives(from, to, y0, group);
  // Beyond the window, too: an arrow may begin above it and end below.
  for (let place = from; place < Math.min(view.shown.length, to + (CONTROL ? 2 : 1000)); place++) {
    const row = view.shown[place];
    if (!isFold(row) && !(view.secret && row > view.current) && (place <= to || view.place[rows.cause[row]] <= to)) drawArrow(row, y0, group);
  }
  for (let place = from; place <= to; place++) {
    const row = view.shown[place];
    if (view.secret && row > view.current) {
      elements.push(makeSecret(place));
      break;
    }
    const y = view.y[place] - y0;
    if (bracketPass[row]) drawBrackets(row, y, place > 0 ? view.y[place - 1] - y0 : 0, place + 1 < view.shown.length ? view.y[place + 1] - y0 : y, group);
    if (!isFold(row)) drawMark(row, y, group);
    drawn.row.set(row, makeRow(row, place));
    elements.push(drawn.row.get(row));
  }
  lines.querySelector(":scope > g").replaceWith(group);
  ladder.replaceChildren(...elements);
  markCurrent();
}

// Makes sure that what the window shows exists.
function draw(anew = false) {
  if (printing) return drawWindow(0, Math.min(view.shown.length, PAPER_ROWS) - 1);
  const top = scroller.scrollTop, height = view.window;
  const first = placeAt(top - 40), last = Math.min(view.shown.length - 1, placeAt(top + height));
  if (!anew && first >= drawn.from && last <= drawn.to) return;
  drawWindow(Math.max(0, first - MARGIN), Math.min(view.shown.length - 1, last + MARGIN, first + 800));
}

// How much room the longest word of the lanes' names needs: a name that breaks within a word cannot be read.
const measure = document.createElement("canvas").getContext("2d");
function widestWord() {
  measure.font = `${getComputedStyle(heads).getPropertyValue("--name")} ${getComputedStyle(document.body).fontFamily}`;
  return Math.max(0, ...trace.lanes.flatMap((lane, i) => (view.x[i] < 0 ? [] : lane.name.split(/\s|(?<=-)/).map((word) => measure.measureText(word).width))));
}

function drawHeads() {
  const widest = widestWord();
  const slim = view.laneWidth < 56 || (view.laneWidth < 112 && widest > view.laneWidth - 10), upright = slim && view.laneWidth >= 22;
  const every = Math.ceil((6 + 7 * String(trace.lanes.length).length) / view.laneWidth); // of the lanes whose numbers there is room for
  scroller.classList.toggle("slim", slim);
  scroller.style.setProperty("--heads", `${Math.round(upright ? Math.max(74, Math.min(130, widest + 16)) : 74)}px`);
  heads.replaceChildren(...trace.lanes.flatMap((lane, i) => {
    if (view.x[i] < 0) return [];
    const head = make("div", `head m${lane.mode}${slim ? " slim" : ""}${upright ? " upright" : ""}${view.laneWidth < 112 ? " tight" : ""}`, null, make("b", "", slim && !upright ? (i % every ? "" : lane.number) : lane.name));
    if (view.laneWidth >= 112) head.append(make("span", "", lane.note));
    head.title = `${lane.name}${lane.note ? `: ${lane.note}` : ""}`;
    head.style.left = `${view.x[i]}px`;
    if (!slim) head.style.width = `${Math.min(144, view.laneWidth - (view.laneWidth < 112 ? 3 : 6))}px`;
    head.dataset.lane = i;
    return [head];
  }));
  heads.style.width = ladder.style.width = `${view.width}px`;
}

// Everything anew: after another size, zoom, or choice of lanes.  The current row stays where it is on the screen.
function layOut() {
  const before = view.place[view.current] >= 0 && view.y.length > 1 ? view.y[view.place[view.current]] - scroller.scrollTop : null;
  scroller.style.setProperty("--zoom", Math.max(0.8, Math.min(1.5, zoom())));
  layOutLanes();
  layOutRows();
  scroller.classList.toggle("small", zoom() < 0.75);
  scroller.classList.toggle("narrow", view.narrow);
  drawHeads();
  // Asked once, not at every step: the answer costs a layout.
  view.head = heads.offsetHeight, view.window = scroller.clientHeight;
  ladder.style.height = `${view.height}px`;
  if (before !== null && view.place[view.current] >= 0) scroller.scrollTop = view.y[view.place[view.current]] - before;
  draw(true);
}

// Selection, token and the arrow that led here: all that a step changes.
const marked = { row: null, arrow: null, at: -2 };
function markCurrent() {
  marked.row?.setAttribute("aria-selected", "false");
  marked.arrow?.classList.remove("now");
  marked.row = drawn.row.get(view.current) ?? null;
  marked.arrow = drawn.arrow.get(view.current) ?? null;
  marked.row?.setAttribute("aria-selected", "true");
  marked.arrow?.classList.add("now");
  if (marked.row) ladder.setAttribute("aria-activedescendant", marked.row.id);
  else ladder.removeAttribute("aria-activedescendant");
  const fold = count === 0 || isFold(view.current), place = count ? view.place[view.current] : -1;
  token.hidden = fold || place < 0;
  if (token.hidden) return;
  const size = 2 * view.mark + 12;
  // A glide says where control went; from far away it would only be in the way.
  const glides = !player.timer && Math.abs(view.current - marked.at) === 1;
  token.className = `m${modeOf(view.current)}${glides ? " glides" : ""}`;
  marked.at = view.current;
  token.style.width = token.style.height = `${size}px`;
  token.style.margin = `${-size / 2}px 0 0 ${-size / 2}px`;
  token.style.transform = `translate(${view.x[rows.lane[view.current]]}px, ${view.head + view.y[place]}px)`;
  for (const head of heads.children) head.classList.toggle("now", Number(head.dataset.lane) === rows.lane[view.current]);
}

// The current row in the middle part of the window.
function follow() {
  const place = view.place[view.current], y = view.y[place], height = view.window - view.head;
  if (place < 0 || height <= 0) return;
  const at = y - scroller.scrollTop;
  if (at < height * 0.15 || at > height * 0.8) scroller.scrollTop = y - height * 0.4;
}
