// What the hardware does by itself at each step, what software does, and what the hypervisor must imitate.  The words
// are for a CPU's own names in braces; `words` below puts in those of the CPU that the log comes from.
const CPU = ARM
  ? { call: "svc", back: "eret", saved: "ELR_EL1 and SPSR_EL1", vector: "VBAR_EL1", user: "EL0", kernel: "EL1", below: "EL2", number: "x8", result: "x0", register: "msr vbar_el1", idle: "wfi" }
  : { call: "syscall", back: "sysret", saved: "rcx and r11", vector: "LSTAR", user: "ring 3", kernel: "ring 0", below: "root mode", number: "rax", result: "rax", register: "wrmsr to LSTAR", idle: "hlt" };
const words = (text) => text.replace(/\{(\w+)\}/g, (_, name) => CPU[name]);

const AT_CPU = "the CPU by itself", AT_OS = "one OS, by software", AT_HERE = "here, the hypervisor", AT_HELP = "with hardware support";
const NINE = [
  null,
  { [AT_CPU]: "At {call} it keeps only what it is about to overwrite: where to return to, and the flags ({saved}).",
    [AT_OS]: "The first instructions of the OS’s entry code put all the other registers on the OS’s stack.",
    [AT_HERE]: "The trap arrived here and not at the guest OS. Every register of the process is copied into the virtual CPU: that copy is “the hypervisor’s stack”.",
    [AT_HELP]: "The trap goes to the guest OS, which saves its own. The hypervisor sleeps on." },
  { [AT_CPU]: "The same instruction raises the privilege level from {user} to {kernel} and jumps to the address in {vector}.",
    [AT_OS]: "Nothing to do: its entry code finds itself in kernel mode.",
    [AT_HERE]: "The real CPU has been in kernel mode since the trap. What changes now is a note: the virtual CPU is in kernel mode, too.",
    [AT_HELP]: "The guest has a {kernel} of its own, and the hypervisor one level below ({below})." },
  { [AT_CPU]: "Nothing. It knows one entry address, and no system call numbers.",
    [AT_OS]: "The entry code takes the number from {number} and uses it as an index into the table of handlers.",
    [AT_HERE]: "It must be this VM’s table. The hypervisor knows where it is, because making it known ({register}) is privileged and trapped when the guest OS booted.",
    [AT_HELP]: "{vector} is the guest’s own register. Nobody else looks." },
  { [AT_CPU]: "A return from a trap lowers the privilege level. That is how the hypervisor gives up kernel mode here.",
    [AT_OS]: "There is no such step: its handler runs in kernel mode.",
    [AT_HERE]: "The guest OS must not own the machine. The registers are set as {call} would have left them, and the guest kernel is resumed, but in user mode: a world switch.",
    [AT_HELP]: "There is no such step, either: the guest kernel may have its {kernel}." },
  { [AT_CPU]: "Runs the handler’s instructions at full speed. Only a privileged one would trap.",
    [AT_OS]: "Branch and link to the handler’s code; the handler does the work.",
    [AT_HERE]: "Nothing: the guest kernel’s entry code branches to the handler by itself. This is the part that runs directly.",
    [AT_HELP]: "The same." },
  { [AT_CPU]: "{back} is privileged. In user mode it faults, and the fault leads into kernel mode.",
    [AT_OS]: "There is no such step: it is in kernel mode already, where {back} simply works.",
    [AT_HERE]: "The fault is the second trap of this call. The hypervisor decodes the bytes at the program counter, sees a return from trap by a virtual CPU in kernel mode, and begins the way back.",
    [AT_HELP]: "There is no such step: {back} works in the guest’s own kernel mode." },
  { [AT_CPU]: "Nothing: it would give back only {saved}.",
    [AT_OS]: "Takes the process’s registers from its stack, with the result in {result}.",
    [AT_HERE]: "Puts the saved registers back, with the result that the guest OS left in {result}.",
    [AT_HELP]: "The guest OS does it." },
  { [AT_CPU]: "{back} lowers the level to {user} and takes program counter and flags from {saved}.",
    [AT_OS]: "Executes that one instruction.",
    [AT_HERE]: "Notes that the virtual CPU is in user mode, and makes the process’s address space the one that runs next.",
    [AT_HELP]: "{back}, executed by the guest OS." },
  { [AT_CPU]: "Fetches the instruction behind {call}.",
    [AT_OS]: "Nothing: it has let go.",
    [AT_HERE]: "Lets go, and waits for the next trap.",
    [AT_HELP]: "The same as without a VM: the call took no trap to the hypervisor at all." },
];

const BY_OS = "the OS, by software", IN_MODEL = "here, in the model";
const SEVEN = [
  null,
  { [AT_CPU]: "At {call} it keeps where to return to, and the flags ({saved}).",
    [BY_OS]: "Its entry code puts all the other registers on the OS’s stack.",
    [IN_MODEL]: "A guest stopped at its {call}; its registers are read and kept in its frame." },
  { [AT_CPU]: "The same instruction raises the level from {user} to {kernel} and jumps to the address in {vector}.",
    [BY_OS]: "Nothing to do.",
    [IN_MODEL]: "Kernel mode is this thread, between a guest’s stop and its next resumption." },
  { [AT_CPU]: "Nothing: it knows no system call numbers.",
    [BY_OS]: "Takes the number from {number} and indexes its table of handlers, after checking it against the table’s size.",
    [IN_MODEL]: "The same: an array, and the number that the process chose." },
  { [AT_CPU]: "Runs the handler’s instructions in kernel mode.",
    [BY_OS]: "Branch and link to the handler’s code.",
    [IN_MODEL]: "The same. The host’s kernel never executes the call." },
  { [AT_CPU]: "Nothing.",
    [BY_OS]: "Takes the registers from its stack, with the result in {result}.",
    [IN_MODEL]: "The frame’s registers are written back into the guest." },
  { [AT_CPU]: "{back} lowers the level to {user} and takes program counter and flags from {saved}.",
    [BY_OS]: "Executes that one instruction.",
    [IN_MODEL]: "The guest is resumed; the real CPU is in user mode again." },
  { [AT_CPU]: "Fetches the instruction behind {call}.",
    [BY_OS]: "Nothing: it has let go, and only a trap or the timer brings it back.",
    [IN_MODEL]: "The same: the thread waits for the next stop." },
];

// Hops that are no numbered step.
const OTHER = {
  trap: {
    syscall: { [AT_CPU]: "{call} raises the privilege level and jumps to the one address that the kernel registered ({vector}).",
      "software": "The process has put the number into {number} and the arguments into registers. It decides nothing else." },
    timer: { [AT_CPU]: "The timer’s interrupt arrives between two instructions: the CPU keeps where it was, and enters kernel mode.",
      "software": "The process does not notice. Its registers are saved as at a call." },
    other: { [AT_CPU]: "The instruction does not complete. The CPU keeps where it was and why, and enters kernel mode.",
      "software": "Whoever owns kernel mode decides: imitate the instruction, hand the fault on, or end the program." },
  },
  privileged: { [AT_CPU]: "In kernel mode it would simply execute. In user mode it faults before it does anything.",
    [AT_OS]: "One OS owns the machine: no trap.",
    [AT_HERE]: "Decodes the bytes, checks that the virtual CPU is in kernel mode, does to the virtual CPU what the instruction does to a real one, and skips it.",
    [AT_HELP]: "Most such instructions act on the guest’s own copy of the register, without a trap." },
  "slice-end": { [AT_CPU]: "The real timer’s interrupt: kernel mode, whatever the guest was doing.",
    [AT_HERE]: "SIGALRM reaches the hypervisor’s thread, which stops the guest: so no guest can keep the CPU." },
  "interrupt-raise": { [AT_CPU]: "A device pulls its line.", [AT_HERE]: "A virtual device does; the hypervisor notes it in the virtual interrupt controller." },
  "interrupt-pending": { [AT_CPU]: "While interrupts are off, the line stays raised and nothing happens.", [AT_HERE]: "The virtual flag is off, so the interrupt is kept, not lost." },
  "interrupt-deliver": { [AT_CPU]: "At the next instruction with interrupts on: saves where it was, enters the handler in kernel mode with interrupts off.",
    [AT_HERE]: "Does the same to the virtual CPU: the guest kernel goes on at its own handler.", [AT_HELP]: "An interrupt may be injected, or even reach the guest by itself." },
  switch: { [AT_CPU]: "Knows nothing of guests: one set of registers is saved, another loaded.", [AT_HERE]: "Keeps one guest’s state, takes another’s: what an OS does with processes, one floor below." },
  idle: { [AT_CPU]: "{idle}: sleeps until an interrupt.", [AT_HERE]: "All guests wait: so does the hypervisor, until the next alarm." },
  resume: { [AT_CPU]: "A return from trap: level, program counter and flags change in one instruction.", [AT_HERE]: "Resumes the guest, with the registers it is to believe in." },
  fault: { [AT_CPU]: "The instruction cannot complete: kernel mode, with the reason.", "software": "The guest’s own mistake: its OS must hear of it, nobody else." },
  hypercall: { [AT_CPU]: "An ordinary trap.", [AT_HERE]: "A guest OS that knows it is in a VM asks directly, instead of being caught at it: paravirtualization." },
  "vm-exit": { [AT_CPU]: "Leaves the guest by itself, its whole state stored in one structure.", [AT_HERE]: "Reads why, does what is needed, enters again." },
  host: { [AT_CPU]: "A trap of the hypervisor’s own.", "software": "A hypervisor of type 2 is itself a process: it asks the host OS. Type 1 has nothing below it." },
  syscall: { [AT_CPU]: "{call}: saves where to return, raises the level, jumps. {back} undoes it.",
    "the kernel": "Saves the registers, takes the number from {number}, runs the handler from its table, restores the registers: all seven steps in one row of this picture." },
  signal: { [AT_CPU]: "Nothing: a signal is the kernel’s invention.", "the kernel": "Before the thread goes back to user mode: with a handler it builds a frame on the thread’s stack and returns into the handler instead; without one it does what the signal’s default is, such as to stop or end it." },
  clone: { [AT_CPU]: "Nothing: threads are the kernel’s invention.", "the kernel": "Makes a second set of saved registers that shares the memory, and puts it in the run queue." },
  "lock-wait": { [AT_CPU]: "One atomic compare-and-swap; no trap when the lock is free.", "the kernel": "Only when it is held: futex puts the thread to sleep until the owner’s release." },
  "cond-wait": { [AT_CPU]: "Nothing special.", "the kernel": "futex: releases the lock and sleeps in one step as seen by the others." },
  atomic: { [AT_CPU]: "One indivisible access; others see it before or after, never half." },
  race: { [AT_CPU]: "Two accesses to one place, at least one a write, and nothing that orders them: the result is whichever came last." },
};
OTHER.fork = OTHER.vfork = OTHER.start = OTHER.clone;
OTHER["thread-create"] = OTHER.clone;
OTHER["lock-acquire"] = OTHER["lock-release"] = OTHER["lock-try-fail"] = OTHER["lock-wait"];

// The rows of the little table: [who, what] pairs, or none.
function inHardware(row) {
  const step = rows.step[row], kind = kindOf(row);
  let said;
  if (step) said = (hasGuestOS ? NINE : SEVEN)[step];
  else if (kind === "trap") said = OTHER.trap[causeOf(row)];
  else if (isFold(row)) return [];
  else said = Object.hasOwn(OTHER, kind) ? OTHER[kind] : undefined;
  return Object.entries(said ?? {}).map(([who, what]) => [hasGuestOS || who !== AT_HERE ? who : "here, the OS", words(what)]);
}

// Why control left a guest, as far as the table above tells causes apart.
function causeOf(row) {
  if (trace.forms[trace.form[row]].some(([, as]) => as === "call")) return "syscall";
  return /timer/.test(label(row)) ? "timer" : "other";
}
