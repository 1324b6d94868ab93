// One or two sentences in plain words for each row: what the narrator says.  Knows the log's kinds, and no picture.
const LOOK_BACK = 400;

// The call that a numbered step belongs to: the trap before it.
function callOf(row) {
  for (let i = row; i >= 0 && row - i < LOOK_BACK; i--) {
    if (kindOf(i) === "trap") return label(i);
    if (!isFold(i) && rows.step[i] === 9) return null;
  }
  return null;
}

const BARE_SAYS = [
  null,
  (o) => `The process asked for ${o.call}. Before anything else, ${o.me} saves its registers, so that they can be given back as they were.`,
  () => "Now it is kernel mode: from here on, privileged instructions are allowed.",
  (o) => `The call’s number is an index into the table of handlers: ${o.label}.`,
  (o) => `Branch and link to the handler: ${o.label}.`,
  () => "The handler is done. The registers come back, all as they were but for the one that holds the result.",
  (o) => `Back to user mode: ${o.me} may no longer do anything privileged.`,
  (o) => `${o.Me} goes on behind its call, and sees nothing but the result.`,
];
const VM_SAYS = [
  null,
  (o) => `The process asked for ${o.call}. It meant its own OS, but the CPU traps to whoever owns kernel mode: ${o.me} saves the registers.`,
  () => "Kernel mode, the real one. It belongs to the hypervisor, not to the guest OS.",
  (o) => `Which handler would the guest OS have run? The VM’s own table says: ${o.label}.`,
  (o) => `Now the step that a bare OS does not have: the CPU leaves kernel mode, because ${o.me} is to run, and it must not own the machine.`,
  (o) => `${o.label}: ${o.me} serves the call, believing that it is in kernel mode. It is not.`,
  (o) => `The guest OS is done and wants to return from the trap. That instruction is privileged, so in user mode it faults, and ${o.me} has control again.`,
  (o) => `${o.Me} restores the process’s registers, with the result from the guest OS.`,
  (o) => `User mode again, for ${o.me}.`,
  (o) => `${o.Me} goes on behind its call. It cannot tell that two traps were needed instead of one.`,
];

const SAYS = {
  trap: (o) => (o.cause === "syscall" ? `${o.Me} issues the system call ${o.label} and loses the CPU to whoever owns kernel mode.` : `${o.Me} loses the CPU: ${o.label}.`),
  privileged: (o) => (/reflected/.test(o.label) ? `A process tried a privileged instruction (${o.name}). It is not ${o.me}’s business to imitate it: the guest OS gets a fault.`
    : `The guest OS executed a privileged instruction (${o.name}). In user mode it faults; ${o.me} does to the virtual CPU what it would have done to a real one.`),
  "slice-end": (o) => `The timer: ${o.me} regains control, whatever the guest was doing. ${o.Label}.`,
  switch: (o) => `Who runs next? ${o.Label}.`,
  idle: () => "All guests wait for something. The CPU has nothing to do until the next alarm.",
  "interrupt-raise": () => "A virtual device raises an interrupt. It is not delivered yet.",
  "interrupt-pending": () => "The guest OS has interrupts switched off, so the interrupt waits. It must not get lost.",
  "interrupt-deliver": (o) => `${o.Me} is interrupted: it goes on in its own interrupt handler, as on a real machine.`,
  resume: (o) => `${o.Me} goes on where it was.`,
  "enter-user": (o) => `User mode, for ${o.me}.`,
  "restore-registers": () => "The registers of the guest come back.",
  "handler-return": () => "The guest OS returns from a trap. The instruction is privileged, so it faults, and the hypervisor does it in its place.",
  "guest-start": (o) => `${o.Label}: a guest is made ready. It has not had the CPU yet.`,
  "guest-end": (o) => `${o.Me}: ${o.label}.`,
  fault: (o) => `${o.Label}. That is its own mistake, and its own OS must hear of it.`,
  hypercall: (o) => `The guest OS knows that it is in a VM and asks ${o.me} directly: ${o.label}.`,
  host: (o) => `The hypervisor is itself a process, so it asks the host OS: ${o.label}.`,
  syscall: (o) => `${o.Me} calls the kernel: ${o.label}.${o.took ? ` From call to result it took ${o.took}.` : ""}`,
  sysret: (o) => `The kernel is done, and ${o.me} goes on: ${o.label}.`,
  start: (o) => `${o.Me} begins its life.`,
  exit: (o) => `${o.Me} ${o.label}.`,
  clone: (o) => `${o.Me} ${o.label}: a new thread. From here on both run, in whatever order.`,
  fork: (o) => `${o.Me} ${o.label}: a copy of its process. From here on both run.`,
  exec: (o) => `${o.Me} becomes another program: from here on it ${o.label}.`,
  signal: (o) => `A signal reaches ${o.me}: ${o.label}.`,
  "join-wait": (o) => `${o.Me} waits for another thread to end${o.took ? `, for ${o.took}` : ""}: ${o.label}.`,
  "lock-wait": (o) => `${o.Me} wants a lock${o.took ? ` and has it after ${o.took}` : ""}: ${o.label}.`,
  "cond-wait": (o) => `${o.Me} sleeps until a condition is signalled${o.took ? `, for ${o.took}` : ""}: ${o.label}.`,
  "thread-create": (o) => `${o.Me} has made a thread: ${o.label}.`,
  "thread-start": (o) => `${o.Me} begins to run its own function.`,
  "thread-exit": (o) => `${o.Me} is done with its function; whoever joins it may have its result.`,
  "join-done": (o) => `${o.Me} has waited long enough: ${o.label}.`,
  "lock-acquire": (o) => `${o.Me} has the lock, and nobody else: ${o.label}.`,
  "lock-release": (o) => `${o.Me} gives the lock back, so that another may have it: ${o.label}.`,
  "lock-try-fail": (o) => `${o.Me} tried a lock that is not free, and did not wait: ${o.label}.`,
  "cond-wake": (o) => `${o.Me} is awake again and holds the lock; whether the condition is true it must see for itself: ${o.label}.`,
  "cond-signal": (o) => `${o.Me} wakes one that waits for the condition: ${o.label}.`,
  "cond-broadcast": (o) => `${o.Me} wakes all that wait for the condition: ${o.label}.`,
  "sem-wait": (o) => `${o.Me} wants one from the semaphore${o.took ? `, and has it after ${o.took}` : ""}: ${o.label}.`,
  "sem-acquire": (o) => `${o.Me} has taken one from the semaphore: ${o.label}.`,
  "sem-post": (o) => `${o.Me} adds one to the semaphore: ${o.label}.`,
  "barrier-wait": (o) => `${o.Me} waits at the barrier for the others${o.took ? `, for ${o.took}` : ""}: ${o.label}.`,
  "barrier-leave": (o) => `All have come to the barrier, and ${o.me} goes on: ${o.label}.`,
  "signal-send": (o) => `${o.Me} sends a signal: ${o.label}.`,
  "signal-taken": (o) => `${o.Me} asked for the next signal and has it: ${o.label}.`,
  read: (o) => `${o.Me} ${o.label.replace(/^read (.*) (\S+)$/, "reads $2 from $1")}.`,
  write: (o) => `${o.Me} ${o.label.replace(/^write (.*) (\S+)$/, "writes $2 to $1")}.`,
  choice: (o) => `Here more than one thread could have gone on. ${o.Label}.`,
  race: (o) => `${o.Me} uses the same memory as another thread: ${o.label.replace(" (races)", "")}. Nothing orders these two accesses, so either may come first.`,
  verdict: (o) => `${o.Label}.`,
  lost: (o) => `${o.Label}: the recorder could not keep up here, so something is missing from this picture.`,
};

const upper = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);
// "the hypervisor", and at the start of a sentence "The hypervisor"; but a name that someone gave stands as it is.
const party = (lane) => (/^(process|guest OS|OS|hypervisor|host OS|hypervisor thread)$/.test(lane.name) ? `the ${lane.name}` : lane.name);
const partyFirst = (lane) => (/^(the|thread|process|main)\b/.test(party(lane)) ? upper(party(lane)) : lane.name);
const stop = (text) => text.replace(/[\s.…]*\.$/, ".");

function narrate(row) {
  if (count === 0) return "Nothing was recorded in this window.";
  if (isFold(row)) {
    const period = rows.period[row], times = rows.times[row];
    return `What the ${period === 1 ? "row" : `${grouped(period)} rows`} above show${period === 1 ? "s" : ""} happened ${grouped(times)} times in all${trace.clock === "step" ? "" : `; ${duration(rows.took[row])} each, in the median`}.`;
  }
  const me = party(laneOf(row)), kind = kindOf(row), step = rows.step[row], said = label(row).replace(/^… /, "").replace(/ · line \d+$/, "").replace(/ · [\d.]+ \S+$/, "");
  const facts = {
    me, Me: partyFirst(laneOf(row)), label: said, Label: upper(said), name: said.replace(/: .*/, ""), cause: kind === "trap" ? causeOf(row) : "",
    took: rows.ends[row] && rows.took[row] ? duration(rows.took[row]) : "", call: callOf(row) ?? "a service of its OS",
  };
  const say = step ? (hasGuestOS ? VM_SAYS : BARE_SAYS)[step] : Object.hasOwn(SAYS, kind) ? SAYS[kind] : undefined;
  return stop(say ? say(facts) : `${facts.Me}: ${facts.label}.`);
}

// For whoever does not see the picture: where the row stands.
function rowPlace(row) {
  if (isFold(row)) return "";
  return `${rows.step[row] ? `step ${rows.step[row]}, ` : ""}${laneOf(row).name}: `;
}
const rowName = (row) => rowPlace(row) + (isFold(row) ? `${detail(row)} ${label(row)}` : label(row));
