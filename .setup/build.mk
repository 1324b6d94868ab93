# .setup/: what this machine must have, what it can do.
.PHONY: deps deps-all doctor

deps:  ## install what demo and test need, with the system's package manager (silent when all is there)
	$(Q)sh .setup/deps core

deps-all:  ## install what some tests need, too: clang, Chromium, qemu, pandoc, peers of the benchmark
	$(Q)sh .setup/deps all

doctor:  ## what this machine can and cannot do, each by trying, and what would enable it (FORMAT=json)
	$(Q)sh .setup/doctor $(B) $(FORMAT)
