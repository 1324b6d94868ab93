/* Makes guest processes. */
#ifndef LDE_ENGINE_SPAWN_H
#define LDE_ENGINE_SPAWN_H

#include "lde-model/arch/arch.h"

#include <sys/types.h>

/* Forks a process, seizes it, and turns it into an empty guest: of its address space, only the maps of `space` and
 * one page of arch_script_code are left; no descriptor is open; a filter turns every call that would reach the host
 * into SIGSYS.  It dies with this thread.  Returns its pid, stopped, with its registers; −1 with a line in `error`. */
pid_t spawn_guest(const struct memory_space *space, struct registers *registers, char error[256]);

#endif
