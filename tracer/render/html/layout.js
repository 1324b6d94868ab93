// Where everything stands: which rows are shown, how far apart, and the lanes' columns.  Draws nothing.
const SVG = "http://www.w3.org/2000/svg";
const ZOOMS = [0.4, 0.55, 0.75, 1, 1.25, 1.6, 2];
const view = {
  current: 0,      // row
  zoom: 3,         // into ZOOMS
  hidden: new Set(), // lanes
  secret: false,   // predicting: what comes after the current row is not shown
  shown: [],       // rows that have a place, in order
  place: new Int32Array(count), // of each row in `shown`, −1 if hidden
  y: new Float64Array(1), // of each shown row's centre
  x: [],           // of each lane's column, −1 if hidden
  height: 0, left: 0, words: 0, brackets: 0, laneWidth: 0, mark: 11, narrow: false,
  head: 0, window: 0, // heights: of the lanes' heads, of what is seen
};
const zoom = () => ZOOMS[view.zoom];

// Brackets of folds: a bit for each level that passes a row, begins or ends there.
const bracketPass = new Uint8Array(count), bracketFirst = new Uint8Array(count), bracketLast = new Uint8Array(count);
(() => {
  const depth = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    if (!isFold(i)) continue;
    const top = Math.max(0, i - rows.period[i]);
    let level = 0;
    for (let k = top; k < i; k++) level = Math.max(level, depth[k]);
    depth[i] = Math.min(level + 1, 7);
    const bit = 1 << (depth[i] - 1);
    for (let k = top; k <= i; k++) bracketPass[k] |= bit;
    bracketFirst[top] |= bit;
    bracketLast[i] |= bit;
    view.brackets = Math.max(view.brackets, depth[i]);
  }
})();

const crosses = (row) => rows.cause[row] >= 0 && rows.lane[rows.cause[row]] !== rows.lane[row];

function pitch(row) {
  if (isFold(row)) return 34;
  return CONTROL && crosses(row) ? 48 : 36;
}

// A folded row is shown as long as one of the rows that it speaks of is.
function isShown(row) {
  if (!isFold(row)) return !view.hidden.has(rows.lane[row]);
  for (let i = Math.max(0, row - rows.period[row]); i < row; i++) if (view.place[i] >= 0) return true;
  return false;
}

function layOutRows() {
  const shown = [];
  for (let i = 0; i < count; i++) {
    const here = isShown(i);
    view.place[i] = here ? shown.length : -1;
    if (here) shown.push(i);
  }
  const y = new Float64Array(shown.length + 1);
  let at = 0;
  shown.forEach((row, i) => {
    at += (i === 0 ? 30 : pitch(row)) * zoom();
    y[i] = at;
  });
  view.shown = shown;
  view.y = y;
  view.height = at + 30 * zoom();
}

function layOutLanes() {
  const width = scroller.clientWidth, lanes = trace.lanes.map((_, i) => i).filter((i) => !view.hidden.has(i));
  view.narrow = width < 640;
  const times = view.narrow ? 0 : 82, words = view.narrow ? Math.max(150, width * 0.46) : Math.max(250, Math.min(460, width * 0.4));
  view.left = (view.narrow ? 6 : 12) + 9 * view.brackets;
  const room = width - view.left - times - words;
  view.laneWidth = Math.max(lanes.length > 40 ? 2 : 16, Math.min(CONTROL ? 158 : 118, room / Math.max(1, lanes.length)));
  view.timeLeft = view.left;
  view.x = trace.lanes.map(() => -1);
  lanes.forEach((lane, i) => { view.x[lane] = view.left + times + view.laneWidth * (i + 0.5); });
  view.words = view.left + times + view.laneWidth * lanes.length + (view.narrow ? 8 : 16);
  view.width = Math.max(width, view.words + (view.narrow ? 140 : 230));
  view.mark = Math.max(3.5, Math.min(CONTROL ? 11 : 7.5, view.laneWidth * 0.34)) * Math.max(0.62, Math.min(1.25, zoom()));
}

// The first shown row at or below this height.
function placeAt(y) {
  let low = 0, high = view.shown.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (view.y[middle] < y) low = middle + 1;
    else high = middle;
  }
  return low;
}

// The nearest shown row in that direction, folds left out where one steps; −1: none.
function neighbour(row, direction) {
  for (let i = row + direction; i >= 0 && i < count; i += direction) if (view.place[i] >= 0) return i;
  return -1;
}
