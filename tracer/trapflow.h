/* What the subcommands of trapflow share: their entry points and the way they exit. */
#ifndef TRACER_TRAPFLOW_H
#define TRACER_TRAPFLOW_H

/* Each takes the arguments after its own name, with argv[0] = "trapflow NAME", and returns the exit status. */
int trapflow_record(int argc, char **argv);
int trapflow_render(int argc, char **argv);
int trapflow_stat(int argc, char **argv);
int trapflow_diff(int argc, char **argv);

enum { TRAPFLOW_BAD_INPUT = 2, TRAPFLOW_RECORD_FAILED = 125 };

#endif
