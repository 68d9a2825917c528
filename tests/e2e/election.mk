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
