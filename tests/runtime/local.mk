# SPDX-License-Identifier: BSD-3-Clause
runtime_tests += tests/runtime/test_addr
runtime_tests += tests/runtime/test_auth
runtime_tests += tests/runtime/test_carrier
runtime_tests += tests/runtime/test_holders
runtime_tests += tests/runtime/test_hub
runtime_tests += tests/runtime/test_loop
runtime_tests += tests/runtime/test_message
runtime_tests += tests/runtime/test_pending
runtime_tests += tests/runtime/test_pool
runtime_tests += tests/runtime/test_record
runtime_tests += tests/runtime/test_replay

# Servers: a server in a thread and a probe in raw bytes.
tests_served = tests/runtime/served.c tests/runtime/served.h
runtime_tests += tests/runtime/test_server
tests_runtime_test_server_SOURCES = tests/runtime/test_server.c $(tests_served)
runtime_tests += tests/runtime/test_closing
tests_runtime_test_closing_SOURCES = tests/runtime/test_closing.c \
	$(tests_served)
runtime_tests += tests/runtime/test_removing
tests_runtime_test_removing_SOURCES = tests/runtime/test_removing.c \
	$(tests_served)
runtime_tests += tests/runtime/test_wire
tests_runtime_test_wire_SOURCES = tests/runtime/test_wire.c $(tests_served)
runtime_tests += tests/runtime/test_quick
runtime_tests += tests/runtime/test_once
tests_runtime_test_once_SOURCES = tests/runtime/test_once.c $(tests_served)
runtime_tests += tests/runtime/test_limits
tests_runtime_test_limits_SOURCES = tests/runtime/test_limits.c $(tests_served)

# Clients against that server.
runtime_tests += tests/runtime/test_client
tests_runtime_test_client_SOURCES = tests/runtime/test_client.c $(tests_served)
runtime_tests += tests/runtime/test_callback

# Calls against a server that answers as it is told.
tests_scripted = tests/runtime/scripted.c tests/runtime/scripted.h
runtime_tests += tests/runtime/test_call
tests_runtime_test_call_SOURCES = tests/runtime/test_call.c $(tests_scripted)
runtime_tests += tests/runtime/test_async
tests_runtime_test_async_SOURCES = tests/runtime/test_async.c $(tests_scripted)
# The binder, and those who ask it.
tests_bound = tests/runtime/bound.c tests/runtime/bound.h
bound_LDADD = runtime/libconfine.la $(LDADD)
runtime_tests += tests/runtime/test_confine
tests_runtime_test_confine_LDADD = $(bound_LDADD)
runtime_tests += tests/runtime/test_bind
tests_runtime_test_bind_SOURCES = tests/runtime/test_bind.c $(tests_bound)
tests_runtime_test_bind_LDADD = $(bound_LDADD)
runtime_tests += tests/runtime/test_broadcast
tests_runtime_test_broadcast_SOURCES = tests/runtime/test_broadcast.c \
	$(tests_scripted)

# A counter under a proxy that cuts, resets, drops and reorders. `make soak`
# runs it for an hour: a quarter of it for each of its four histories, whose
# rounds it tells one by one. It may be stopped (SIGSTOP) and go on.
runtime_tests += tests/runtime/test_history
PHONY_TARGETS += soak
SOAK_SECONDS = 900
soak: tests/runtime/test_history
	ORPC_SOAK_SECONDS=$(SOAK_SECONDS) tests/runtime/test_history
runtime_tests += tests/runtime/test_registry
runtime_tests += tests/runtime/test_journal


# What a server endures, in figures.
EXTRA_PROGRAMS += tests/runtime/torture
tests_runtime_torture_SOURCES = tests/runtime/torture.c $(tests_served)
PHONY_TARGETS += torture
EXTRA_PROGRAMS += tests/runtime/torture_binder
tests_runtime_torture_binder_SOURCES = tests/runtime/torture_binder.c \
	tests/runtime/torture_binder.h tests/runtime/torture_wire.c \
	$(tests_served)
tests_runtime_torture_binder_LDADD = $(bound_LDADD)
torture: tests/runtime/torture tests/runtime/torture_binder
	tests/runtime/torture
	tests/runtime/torture_binder
runtime_tests += tests/runtime/test_binder
tests_runtime_test_binder_SOURCES = tests/runtime/test_binder.c \
	$(tests_bound) $(tests_served)
tests_runtime_test_binder_LDADD = $(bound_LDADD)
runtime_tests += tests/runtime/test_binder_memory
tests_runtime_test_binder_memory_SOURCES = \
	tests/runtime/test_binder_memory.c $(tests_bound)
tests_runtime_test_binder_memory_LDADD = $(bound_LDADD)
runtime_tests += tests/runtime/test_storm
tests_runtime_test_storm_LDADD = $(bound_LDADD)
runtime_tests += tests/runtime/test_compat
tests_runtime_test_compat_SOURCES = tests/runtime/test_compat.c $(tests_bound)
tests_runtime_test_compat_LDADD = $(bound_LDADD)
runtime_tests += tests/runtime/test_strangers
tests_runtime_test_strangers_SOURCES = tests/runtime/test_strangers.c \
	$(tests_bound)
tests_runtime_test_strangers_LDADD = $(bound_LDADD)
runtime_tests += tests/runtime/test_orpcinfo
tests_runtime_test_orpcinfo_SOURCES = tests/runtime/test_orpcinfo.c \
	$(tests_bound)
tests_runtime_test_orpcinfo_LDADD = $(bound_LDADD)
runtime_tests += tests/runtime/test_service
