/* The command `lde`: chooses the verb. */
#include "lde-model/command/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char help[] =
    "Usage: lde run [OPTION…] PROG…    run guest programs (lde run --help)\n"
    "       lde guests                 the programs that there are\n"
    "       lde modes                  the ways to run them here\n"
    "       lde --help | --version\n"
    "\n"
    "Limited direct execution on the real CPU: guests run natively, one at a time a CPU, and every trap\n"
    "comes to this program, which plays the operating system.\n"
    "\n"
    "  lde run hello                                   one guest, one OS\n"
    "  lde run --slice 10ms 'spin 100' 'spin 100'      two that share the CPU by SIGALRM\n"
    "  lde run --vm tickos:gcf --vm yieldos:hello      two OSes under a hypervisor\n"
    "  lde run --slice traps:3 --trace t.trap hello getppid-loop && trapflow render t.trap -f text\n";

void lde_say(const char *format, ...)
{
    char line[5000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    for (char *letter = line; *letter != '\0'; letter++) /* what somebody has typed may hold a line's end */
        *letter = *letter > 0 && *letter < ' ' ? '?' : *letter;
    fflush(stdout);
    fprintf(stderr, "lde: %s\n", line);
}

static int modes(void)
{
    printf("bare       limited direct execution by one OS, seven steps a call\n");
    printf("trap       trap and emulate: guest OSes under a hypervisor, nine steps a call\n");
    return 0;
}

int main(int argc, char **argv)
{
    static struct run_options options;
    const char *verb = argc > 1 ? argv[1] : "";
    if (strcmp(verb, "run") == 0) {
        options_parse(&options, argc - 1, argv + 1);
        return options.vms > 0 ? run_trap(&options) : run_bare(&options);
    }
    if (argc == 2 && strcmp(verb, "guests") == 0)
        return guests_list();
    if (argc == 2 && strcmp(verb, "modes") == 0)
        return modes();
    if (argc == 2 && strcmp(verb, "--version") == 0)
        return printf("lde %s\n", TRAPBOOK_VERSION) < 0;
    if (argc == 2 && (strcmp(verb, "--help") == 0 || strcmp(verb, "-h") == 0))
        return fputs(help, stdout) < 0;
    if (argc < 2)
        lde_say("nothing to do: try lde run hello, or lde --help");
    else
        lde_say("cannot do '%s': the verbs are run, guests and modes (lde --help)", argv[argc > 2 ? 2 : 1]);
    return COMMAND_BAD_INPUT;
}
