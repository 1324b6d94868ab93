# tracer/: the event and its log, then the command trapflow.
TRACER_CORE := $(addprefix $(B)/obj/tracer/,event.o log.o log_view.o threads/calls.o)
COMMANDS += $(B)/trapflow
