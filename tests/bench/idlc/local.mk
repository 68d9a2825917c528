# SPDX-License-Identifier: BSD-3-Clause
# Workload W6: what idlc itself costs (README.md has method and figures), and
# the test that it goes on growing with its input only.
check_PROGRAMS += tests/bench/idlc/cost
tests_bench_idlc_cost_SOURCES = tests/bench/idlc/cost.c
tests_bench_idlc_cost_LDADD =
bench_scripts += tests/bench/idlc/linear.sh
bench_built += tests/bench/idlc/cost

EXTRA_DIST += tests/bench/idlc/README.md tests/bench/idlc/definitions.awk \
	tests/bench/idlc/run.sh tests/bench/idlc/summary.awk
bench_targets += bench-idlc
PHONY_TARGETS += bench-idlc
bench-idlc: all tests/bench/idlc/cost
	@$(AM_TESTS_ENVIRONMENT) bash $(srcdir)/tests/bench/idlc/run.sh
