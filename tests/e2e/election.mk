# SPDX-License-Identifier: BSD-3-Clause
# The election's server built in this tree, with the sanitizers of the day,
# and the storm that is let loose on it.
election_generated = \
	tests/e2e/election.h \
	tests/e2e/election_xdr.c \
	tests/e2e/election_clnt.c \
	tests/e2e/election_svc.c

tests/e2e/election.stamp: examples/election/election.x $(IDLC_DEP)
	$(AM_V_IDLC)$(MKDIR_P) $(@D) && \
	$(IDLC_RUN) --outdir=$(@D) $(top_srcdir)/examples/election/election.x \
		&& touch $@
$(election_generated): tests/e2e/election.stamp
	@test -f $@ || { rm -f tests/e2e/election.stamp; \
	$(MAKE) $(AM_MAKEFLAGS) tests/e2e/election.stamp; }
CLEANFILES += tests/e2e/election.stamp $(election_generated)

# The examples say for themselves what they need of the system.
election_cppflags = $(AM_CPPFLAGS) -U_GNU_SOURCE \
	-DPACKAGE_VERSION='"$(PACKAGE_VERSION)"' -I$(top_builddir)/tests/e2e
election_store = \
	examples/election/store.c \
	examples/election/store.h \
	examples/election/store_sqlite.c \
	examples/election/store_postgres.c
election_libs = runtime/liborpc_whole.la xdr/liboxdr_whole.la \
	$(SQLITE_LIBS) $(LIBPQ_LIBS)

tests_e2e_election_server_SOURCES = \
	examples/election/cli.c \
	examples/election/cli.h \
	examples/election/committer.c \
	examples/election/committer.h \
	examples/election/deliver.c \
	examples/election/deliver.h \
	examples/election/reporter.c \
	examples/election/reporter.h \
	examples/election/server.c \
	$(election_store)
nodist_tests_e2e_election_server_SOURCES = $(election_generated)
tests_e2e_election_server_CPPFLAGS = $(election_cppflags)
tests_e2e_election_server_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS) \
	$(LIBPQ_CFLAGS)
tests_e2e_election_server_LDADD = $(election_libs)

tests_e2e_election_storm_SOURCES = \
	tests/e2e/election_storm.c \
	tests/e2e/election_votes.c \
	tests/e2e/election_votes.h \
	$(election_store)
nodist_tests_e2e_election_storm_SOURCES = $(election_generated)
tests_e2e_election_storm_CPPFLAGS = $(election_cppflags)
tests_e2e_election_storm_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) \
	$(SQLITE_CFLAGS) $(LIBPQ_CFLAGS)
tests_e2e_election_storm_LDADD = tests/lib/libtest.la $(election_libs) \
	$(CMOCKA_LIBS)

election_programs = tests/e2e/election-server tests/e2e/election_storm
# Objects of these wait for the header.
$(tests_e2e_election_server_OBJECTS) $(tests_e2e_election_storm_OBJECTS): \
	tests/e2e/election.h

EXTRA_DIST += tests/e2e/election.sh tests/e2e/election_storm.sh \
	tests/lib/postgres.sh
if HAVE_SQLITE
if HAVE_LIBPQ
if HAVE_CMOCKA
check_PROGRAMS += $(election_programs)
e2e_scripts += tests/e2e/election_storm.sh
endif
endif
e2e_scripts += tests/e2e/election.sh
endif

# What sharing a commit is worth to the election.
tests_bench_election_store_SOURCES = tests/bench/election_store.c \
	$(election_store)
nodist_tests_bench_election_store_SOURCES = tests/e2e/election.h
tests_bench_election_store_CPPFLAGS = $(election_cppflags) \
	-I$(top_srcdir)/examples/election
tests_bench_election_store_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS) \
	$(LIBPQ_CFLAGS)
tests_bench_election_store_LDADD = $(SQLITE_LIBS) $(LIBPQ_LIBS)
EXTRA_PROGRAMS += tests/bench/election_store
$(tests_bench_election_store_OBJECTS): tests/e2e/election.h

# A voter of rpcgen's and libtirpc's, who is called back the classic way.
election_classic_generated = \
	tests/e2e/classic/election.h \
	tests/e2e/classic/election_xdr.c \
	tests/e2e/classic/election_clnt.c \
	tests/e2e/classic/election_svc.c
tests/e2e/classic/election.stamp: examples/election/election.x
	$(AM_V_GEN)$(MKDIR_P) $(@D) && cd $(@D) && \
	cp $(abs_top_srcdir)/examples/election/election.x . && \
	rm -f election.h election_xdr.c election_clnt.c election_svc.c && \
	$(RPCGEN) -h -o election.h election.x && \
	$(RPCGEN) -c -o election_xdr.c election.x && \
	$(RPCGEN) -l -o election_clnt.c election.x && \
	$(RPCGEN) -m -o election_svc.c election.x && \
	: election_1 is the server\'s, and not ours && \
	sed -i '/^election_1(/,/^}/s/vote_1_svc\|result_1_svc\|watch_1_svc/NULL/' \
		election_svc.c && touch election.stamp
$(election_classic_generated): tests/e2e/classic/election.stamp
CLEANFILES += tests/e2e/classic/election.stamp \
	tests/e2e/classic/election.x $(election_classic_generated)
tests_e2e_election_classic_SOURCES = tests/e2e/election_classic.c
nodist_tests_e2e_election_classic_SOURCES = $(election_classic_generated)
tests_e2e_election_classic_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_builddir)/tests/e2e
tests_e2e_election_classic_CFLAGS = $(AM_CFLAGS) $(LIBTIRPC_CFLAGS) -w
tests_e2e_election_classic_LDADD = $(LIBTIRPC_LIBS)
$(tests_e2e_election_classic_OBJECTS): tests/e2e/classic/election.h
if HAVE_LIBTIRPC
if HAVE_RPCGEN
check_PROGRAMS += tests/e2e/election_classic
endif
endif

# `make bench-election`
tests_bench_election_service_SOURCES = tests/bench/election_service.c \
	$(election_store)
nodist_tests_bench_election_service_SOURCES = $(election_generated)
tests_bench_election_service_CPPFLAGS = $(election_cppflags)
tests_bench_election_service_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS) \
	$(LIBPQ_CFLAGS)
tests_bench_election_service_LDADD = $(election_libs)
EXTRA_PROGRAMS += tests/bench/election_service
$(tests_bench_election_service_OBJECTS): tests/e2e/election.h
EXTRA_DIST += tests/bench/election.sh
PHONY_TARGETS += bench-election
if HAVE_SQLITE
if HAVE_LIBPQ
bench_targets += bench-election
endif
endif
bench-election:
	+@$(MAKE) $(AM_MAKEFLAGS) all && \
	$(MAKE) $(AM_MAKEFLAGS) tests/e2e/election-server \
		tests/bench/election_store tests/bench/election_service && \
	$(AM_TESTS_ENVIRONMENT) bash $(top_srcdir)/tests/bench/election.sh
