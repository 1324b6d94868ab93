// The step shown: where, what, the narrator's words, the same in hardware, and all that the log holds about it.
const REGISTERS = ARM
  ? [...Array.from({ length: 31 }, (_, i) => `x${i}`), "sp", "pc"]
  : ["rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", ...Array.from({ length: 8 }, (_, i) => `r${i + 8}`), "rip"];
const ARGUMENT_IN = ARM ? ["x0", "x1", "x2", "x3", "x4", "x5"] : ["rdi", "rsi", "rdx", "r10", "r8", "r9"];

// By lane, in the order of rows: [row, {first frame or register: values}].
function gather(list) {
  const lanes = trace.lanes.map(() => []);
  for (const [row, lane, ...rest] of list) {
    const of = lanes[lane];
    if (!of) continue;
    if (of.at(-1)?.row !== row) of.push({ row, parts: [] });
    of.at(-1).parts.push(rest);
  }
  for (const of of lanes) of.sort((a, b) => a.row - b.row);
  return lanes;
}
const stacks = gather(trace.stacks), registers = gather(trace.registers);
const texts = new Map();
for (const [row, argument, text] of trace.texts) texts.set(row, [...(texts.get(row) ?? []), [argument, string(text)]]);

// What was last recorded of a lane, as of this row.
function lastOf(list, row) {
  const place = lastUpTo(list.map((item) => item.row), row);
  return place >= 0 ? [list[place], place > 0 ? list[place - 1] : null] : [null, null];
}

const section = (title, ...children) => [make("h3", "", title), ...children];
const tableOf = (pairs, className) => {
  const body = make("tbody");
  for (const [name, value, kind] of pairs) {
    const head = make("th", "", name);
    head.scope = "row";
    body.append(make("tr", kind ?? "", null, head, make("td", className ?? "", value)));
  }
  return make("table", "", null, body);
};

function hardware(row) {
  const pairs = inHardware(row).map(([who, what]) => [who, what, who.startsWith("here") ? "ours" : ""]);
  if (!pairs.length) return [];
  return section(rows.step[row] ? `Step ${rows.step[row]}, by hardware and by software` : "The same in hardware", tableOf(pairs));
}

// What a record has room for but this one does not use.
const UNTOLD = {
  "program counter": (value) => value === "0x0",
  "other thread": (value) => value === "0",
  "fault address": (value) => value === "0x0",
  "second object": (value) => value === "0x0",
  "sent by process": (value) => value === "0",
  "source line": (value) => value === "0",
  "waited (ns)": (value) => value === "0",
  "thread chosen": (value, row) => kindOf(row) === "verdict",
  "threads that could run": (value, row) => kindOf(row) === "verdict",
  "decision number": (value, row) => kindOf(row) === "verdict",
  "host signal": (value) => value === "0",
  "wait status": (value, row) => !/^(exit|guest-end)$/.test(kindOf(row)),
};

function factsOf(row) {
  const facts = trace.forms[trace.form[row]].map(([name, as], i) => {
    const value = trace.values[valueStart[row] + i];
    if (as === "argument") return [`argument ${Number(name) + 1}, in ${ARGUMENT_IN[name]}`, value === 0 ? "0" : `${hex(value)}${typeof value === "number" && value > 9 ? ` = ${grouped(value)}` : ""}`];
    if (as === "lane") return [name, trace.lanes[value]?.name ?? "nobody"];
    if (as === "call") return [`${name}, from ${CPU.number}`, grouped(value)];
    if (as === "result") return [`${name}, in ${CPU.result}`, String(value)];
    return [name, as === "x" ? hex(value) : as === "id" ? String(value) : grouped(value)];
  }).filter(([name, value]) => !UNTOLD[name]?.(value, row));
  for (const [argument, text] of texts.get(row) ?? []) facts.push([facts.some(([name]) => name.startsWith("argument")) ? `argument ${argument + 1} leads to` : "which is", text]);
  return facts;
}

function registersOf(row) {
  const parts = trace.lanes.flatMap((lane, index) => {
    const [now, before] = lastOf(registers[index], row);
    if (!now) return [];
    const old = new Map(before?.parts.flatMap(([first, values]) => values.map((value, i) => [first + i, value])) ?? []);
    const list = make("div", "registers mono");
    for (const [first, values] of now.parts)
      values.forEach((value, i) => {
        const entry = make("span", before && old.get(first + i) !== value ? "changed" : "", null, make("i", "", REGISTERS[first + i] ?? `#${first + i}`), make("b", "", hex(value)));
        list.append(entry);
      });
    return [partyLine(lane, now.row, row), list];
  });
  return parts.length ? section("Registers", ...parts) : [];
}

function partyLine(lane, then, row) {
  return make("p", `party m${lane.mode}`, lane.name, make("span", "", then === row ? " at this step" : ` as of step ${then + 1}`));
}

function stacksOf(row) {
  const parts = trace.lanes.flatMap((lane, index) => {
    const [now] = lastOf(stacks[index], row);
    if (!now) return [];
    const list = make("ol");
    for (const [, , frames] of now.parts) for (const frame of frames) list.append(make("li", "", string(frame)));
    return [partyLine(lane, now.row, row), list];
  });
  if (parts.length) return section("Stacks, innermost first", ...parts);
  return trace.stacks.length ? [] : section("Stacks", make("p", "none", "None were recorded. Recording with --stacks keeps who called whom."));
}

function showPanel() {
  const row = view.current, step = count ? rows.step[row] : 0;
  const what = byId("what"), panel = byId("panel");
  panel.className = count ? `m${modeOf(row)}` : "";
  byId("eyebrow").textContent = count ? `Step ${grouped(row + 1)} of ${grouped(count)} · event ${grouped(rows.event[row])}${isFold(row) ? "" : ` · ${trace.clock === "step" ? "decision " : ""}${timeText(rows.time[row])}`}` : "";
  what.replaceChildren(...(step ? [make("span", "number", step)] : []), count === 0 ? "Nothing here" : isFold(row) ? `${detail(row)}  ${label(row)}` : label(row));
  what.classList.toggle("long", what.textContent.length > 60);
  byId("narrator").textContent = narrate(row);
  if (count === 0) return;
  const hop = string(rows.hop[row]).replace("  ", ", "), from = hop && rows.cause[row] >= 0 ? laneOf(rows.cause[row]).name : "";
  const by = !CONTROL && !isFold(row) && rows.cause[row] >= 0 ? `${/start$/.test(kindOf(row)) ? "created by" : "let go on by"} ${laneOf(rows.cause[row]).name}, step ${grouped(rows.cause[row] + 1)}` : "";
  byId("who").replaceChildren(...(isFold(row) ? [] : [laneOf(row).name, ...(CONTROL ? [" ", make("span", "plain", modeWords(rows.mode[row]))] : []), ...(from ? [" ", make("span", "plain", `from ${from}: ${hop}`)] : []), ...(by ? [" ", make("span", "plain", by)] : [])]));
  // While it plays fast nobody reads the small print, and it would cost the smoothness.
  if (player.fast) return;
  const facts = isFold(row) ? [] : factsOf(row);
  if (detail(row) && !isFold(row)) facts.unshift(["in short", detail(row)]);
  byId("machine").replaceChildren(...hardware(row));
  byId("details").replaceChildren(...(facts.length ? section("What the log holds", tableOf(facts, "mono")) : []), ...(isFold(row) ? [] : [...registersOf(row), ...stacksOf(row)]));
}
