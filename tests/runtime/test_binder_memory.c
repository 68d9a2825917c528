/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The binder without memory: each of its allocations is refused once, while
 * it is opened and in each procedure.  A change that was answered TRUE is made
 * (an error leaves that open, as a lost reply does: there may have been no
 * memory for the answer), and it goes on.  The C library's allocator is stood
 * in for, so not under a sanitizer, which does the same.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <orpc/client.h>

#include "runtime/bind/rpcb.h"
#include "tests/lib/test.h"
#include "tests/runtime/bound.h"
#include "xdr/base.h"

#define PROG 0x20000700u
#define MOST 400

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif

/* ---- An allocator that refuses --------------------------------------------- */

/* Of one thread, the fail_at-th from now; 0: none. */
static _Atomic(pthread_t) victim;
static atomic_size_t fail_at;
static atomic_bool refused;

static void
arm(pthread_t thread, size_t n)
{
	atomic_store(&refused, false);
	atomic_store(&victim, thread);
	atomic_store(&fail_at, n);
}

/* Was a request refused meanwhile? */
static bool
disarm(void)
{
	atomic_store(&fail_at, 0);
	return atomic_load(&refused);
}

#ifndef SANITIZED
extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t n);
extern void __libc_free(void *p);

static bool
refuses(void)
{
	if (!atomic_load(&fail_at) ||
	    !pthread_equal(pthread_self(), atomic_load(&victim)) ||
	    atomic_fetch_sub(&fail_at, 1) != 1)
		return false;
	atomic_store(&refused, true);
	errno = ENOMEM;
	return true;
}

void *
malloc(size_t n)
{
	return refuses() ? NULL : __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	return refuses() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t n)
{
	return refuses() ? NULL : __libc_realloc(p, n);
}

void
free(void *p)
{
	__libc_free(p);
}
#endif

static bool
can_refuse(void)
{
#ifdef SANITIZED
	return false;	/* its allocator is the sanitizer's */
#else
	return !test_memcheck();
#endif
}

/* ---- Opening ------------------------------------------------------------------ */

static void
opening_without_memory(void **state)
{
	static const char *const allow[] = { "10.0.0.0/8", NULL };
	struct bound b = { .dir = "" };
	struct orpc_binder_options o = { .allow = allow };
	size_t n = 0, fds;
	bool again = true;

	(void)state;
	if (!can_refuse())
		return;
	/* The directory, and a first time for what stays. */
	bound_start(&b, NULL);
	bound_stop(&b);
	o.journal = b.journal;
	fds = test_open_fds();
	while (again && n++ < MOST) {
		struct orpc_binder *binder = NULL;
		int result;

		arm(pthread_self(), n);
		result = orpc_binder_open(&o, &binder, NULL);
		again = disarm();
		if (again ? result == 0 && !binder : result != 0)
			fail_msg("request %zu: %d", n, result);
		if (result && result != -OXDR_E_NOMEM &&
		    result != -ORPC_E_SYSTEM)
			fail_msg("request %zu: %s", n, orpc_strerror(result));
		if (!result)
			orpc_binder_close(binder);
		test_no_fds_left(fds);
	}
	print_message("# %zu requests\n", n - 1);
	assert_in_range(n, 5, MOST - 1);
	bound_end(&b);
}

/* ---- Procedures ---------------------------------------------------------------- */

static orpc_i_rpcb_mapping mapping = { PROG, 1, (char *)"tcp",
	(char *)"0.0.0.0.9.9", (char *)"" };
static orpc_i_rpcb_call_args self_call = { 100000, 4, 0, { 0, NULL } };

/* A connection of its own: the last one may have been closed for want of
 * memory. */
static struct orpc_client *
client_open(const struct bound *b)
{
	const struct orpc_client_options options = {
		.flags = ORPC_CLIENT_NO_RECONNECT, .call_timeout_ms = 60000 };
	struct orpc_client *c;

	assert_int_equal(orpc_client_open(b->local, &orpc_i_rpcb_v4_program,
	    &options, &c, NULL), 0);
	return c;
}

enum op { OP_NULL, OP_SET, OP_GETADDR, OP_DUMP, OP_UADDR, OP_TADDR, OP_LIST,
	OP_STAT, OP_INDIRECT, OP_UNSET, N_OPS };

/* What it returned; *done: TRUE was answered. */
static int
op_call(struct orpc_client *c, enum op op, bool *done)
{
	struct orpc_call call = { .flags = 0 };
	orpc_i_rpcb_netbuf taddr = { .maxlen = 0 };
	orpc_i_rpcb_call_result forwarded;
	orpc_i_rpcb_way_node *ways;
	orpc_i_rpcb_stat stats[3];
	orpc_i_rpcb_node *list;
	char *text;
	int result;

	*done = false;
	switch (op) {
	case OP_NULL:
		result = orpc_call_dynamic(c, &call, 100000, 4, 0, NULL, NULL,
		    NULL, NULL);
		break;
	case OP_SET:
		result = orpc_i_rpcb_v4_set(c, &call, &mapping, done);
		break;
	case OP_UNSET:
		result = orpc_i_rpcb_v4_unset(c, &call, &mapping, done);
		break;
	case OP_DUMP:
		result = orpc_i_rpcb_v4_dump(c, &call, &list);
		break;
	case OP_UADDR:
		result = orpc_i_rpcb_v4_uaddr2taddr(c, &call, "/run/x",
		    &taddr);
		break;
	case OP_TADDR:
		result = orpc_i_rpcb_v4_taddr2uaddr(c, &call, &taddr, &text);
		break;
	case OP_LIST:
		result = orpc_i_rpcb_v4_getaddrlist(c, &call, &mapping,
		    &ways);
		break;
	case OP_STAT:
		result = orpc_i_rpcb_v4_getstat(c, &call, stats);
		break;
	case OP_INDIRECT:
		result = orpc_i_rpcb_v4_indirect(c, &call, &self_call,
		    &forwarded);
		break;
	default:
		result = orpc_i_rpcb_v4_getaddr(c, &call, &mapping, &text);
		break;
	}
	orpc_call_fini(&call);
	return result;
}

static bool
is_there(const struct bound *b)
{
	struct orpc_client *c = client_open(b);
	struct orpc_call call = { .flags = 0 };
	orpc_i_rpcb_node *list;
	bool there = false;

	assert_int_equal(orpc_i_rpcb_v4_dump(c, &call, &list), 0);
	for (; list; list = list->next)
		there |= list->map.prog == PROG;
	orpc_call_fini(&call);
	orpc_client_close(c);
	return there;
}

/* As it was before the procedure: registered for UNSET, not so for SET. */
static void
prepare(const struct bound *b, enum op op)
{
	struct orpc_client *c = client_open(b);
	bool wanted = op == OP_UNSET, done;

	if (is_there(b) != wanted)
		assert_int_equal(op_call(c, wanted ? OP_SET : OP_UNSET,
		    &done), 0);
	assert_int_equal(is_there(b), wanted);
	orpc_client_close(c);
}

/* Returns how many requests were refused: none where all that it takes was
 * there already. */
static size_t
op_without_memory(const struct bound *b, enum op op)
{
	bool again = true, done;
	size_t n = 0;

	while (again && n++ < MOST) {
		struct orpc_client *c;
		int result;

		prepare(b, op);
		/* Connected, and what a first call needs is there. */
		c = client_open(b);
		arm(b->thread, n);
		result = op_call(c, op, &done);
		again = disarm();
		if (!again && result)
			fail_msg("procedure %d: %s", op,
			    orpc_strerror(result));
		if (done && (op == OP_SET) != is_there(b))
			fail_msg("procedure %d, request %zu: TRUE is not true",
			    op, n);
		orpc_client_close(c);
	}
	print_message("# procedure %d: %zu requests\n", op, n - 1);
	assert_in_range(n, 1, MOST - 1);
	return n - 1;
}

static void
procedures_without_memory(void **state)
{
	struct bound b = { .dir = "" };
	struct orpc_binder_options o = { .reap_ms = UINT32_MAX };
	char journal[128];
	size_t n = 0;

	(void)state;
	if (!can_refuse())
		return;
	for (int with_journal = 0; with_journal < 2; with_journal++) {
		bound_start(&b, &o);
		for (enum op op = OP_NULL; op < N_OPS; op++)
			n += op_without_memory(&b, op);
		/* Those that change something always take memory. */
		assert_true(n > (with_journal + 1) * 10u);
		bound_stop(&b);
		strcpy(journal, b.journal);
		o.journal = journal;
	}
	bound_end(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opening_without_memory),
		cmocka_unit_test(procedures_without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
