// The recording, as the page's own JSON has it: columns of numbers, unpacked once.  Knows no pictures and no words.
const byId = (id) => document.getElementById(id);
const trace = JSON.parse(byId("trace").textContent);
byId("trace").textContent = ""; // the text is as large as what was made of it

const rows = trace.rows, count = rows.lane.length;
const CONTROL = trace.control;

// Times, events and causes are told as distances: from here on they are what they say.
for (const name of ["time", "event"])
  for (let i = 1; i < count; i++) rows[name][i] += rows[name][i - 1];
rows.cause = rows.cause.map((distance, i) => (distance ? i - distance : -1));

const string = (number) => trace.strings[number];
const label = (row) => string(rows.label[row]);
const detail = (row) => string(rows.detail[row]);
const kindOf = (row) => trace.kinds[rows.kind[row]];
const isFold = (row) => rows.lane[row] < 0;
const laneOf = (row) => trace.lanes[rows.lane[row]];
// Who has the floor: in a flow of control the row's own mode; a thread is always its program's.
const modeOf = (row) => (isFold(row) ? "x" : CONTROL ? rows.mode[row] : laneOf(row).mode);

// Where each row's values begin: their number is its form's.
const valueStart = new Uint32Array(count + 1);
for (let i = 0; i < count; i++) valueStart[i + 1] = valueStart[i] + trace.forms[rows_form(i)].length;
function rows_form(row) { return trace.form[row]; }

const X86_64 = 62, AARCH64 = 183;
const ARM = trace.machine === AARCH64;

// The rows of each lane, in order, so that "the row before in this lane" is found by halving.
const rowsOfLane = trace.lanes.map(() => []);
for (let i = 0; i < count; i++) if (!isFold(i)) rowsOfLane[rows.lane[i]].push(i);

// The last place in an ascending list whose value is at most `most`, or −1.
function lastUpTo(list, most) {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] <= most) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const modesSeen = new Set();
for (let i = 0; i < count; i++) if (!isFold(i)) modesSeen.add(modeOf(i));
const hasGuestOS = trace.lanes.some((lane) => lane.id.startsWith("guest-os"));
const modeWords = (mode) => ["user mode", hasGuestOS ? "guest kernel mode, deprivileged" : "kernel mode", "kernel mode", "host OS"][mode] ?? "";

// Times of one page have one unit, so that they compare at a glance.
const clock = (() => {
  const most = count ? Math.max(rows.time[count - 1], rows.time[Math.max(0, count - 2)]) : 0;
  if (trace.clock === "step") return { scale: 1, decimals: 0, unit: "" };
  if (most < 1e8) return { scale: 1e3, decimals: 1, unit: "µs" };
  if (most < 1e11) return { scale: 1e6, decimals: 3, unit: "ms" };
  return { scale: 1e9, decimals: 6, unit: "s" };
})();
const grouped = (number) => String(number).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
const timeText = (ns) => {
  const [whole, part] = (ns / clock.scale).toFixed(clock.decimals).split(".");
  return `${grouped(whole)}${part ? `.${part}` : ""}${clock.unit ? ` ${clock.unit}` : ""}`;
};
const duration = (ns) =>
  ns < 1e3 ? `${ns} ns` : ns < 1e6 ? `${(ns / 1e3).toFixed(1)} µs` : ns < 1e9 ? `${(ns / 1e6).toFixed(1)} ms` : `${(ns / 1e9).toFixed(2)} s`;
const hex = (value) => (typeof value === "string" ? value : `0x${value.toString(16)}`);

// An element with its class and text; children follow.  Outside words only ever become text.
function make(name, className, text, ...children) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== undefined && text !== null) element.textContent = text;
  element.append(...children);
  return element;
}
