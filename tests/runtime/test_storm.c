/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A hundred times kill -9 while programs come and go: no registration that
 * was answered TRUE is lost, none that was taken away comes back.
 */
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <orpc/client.h>

#include "runtime/bind/rpcb.h"
#include "runtime/binder/confine.h"
#include "tests/lib/test.h"
#include "xdr/base.h"

enum { KILLS = 100, PROGRAMS = 60, FIRST = 0x20001000 };

/* What is known of a program: not there, there, or a change that nobody
 * answered. */
enum known { GONE, THERE, MAYBE };

struct storm {
	char dir[40];
	char address[80];
	char journal[80];
	pid_t pid;
	enum known known[PROGRAMS];
	uint64_t seed;
	unsigned acknowledged;
};

static void
binder_start(struct storm *s)
{
	char *argv[] = { getenv("ORPCBIND"), (char *)"-q", (char *)"-l",
		s->address, (char *)"-j", s->journal,
		(char *)(confine_is_built() ? "--seccomp=kill" :
		"--seccomp=off"), NULL };
	extern char **environ;

	assert_int_equal(posix_spawn(&s->pid, argv[0], NULL, NULL, argv,
	    environ), 0);
}

static struct orpc_client *
binder_connect(struct storm *s)
{
	const struct orpc_client_options options = {
		.flags = ORPC_CLIENT_NO_RECONNECT, .call_timeout_ms = 60000 };
	struct orpc_client *c;

	for (int tries = 0; tries < 12000; tries++) {
		if (orpc_client_open(s->address, &orpc_i_rpcb_v4_program,
		    &options, &c, NULL) == 0)
			return c;
		usleep(5000);
	}
	fail_msg("the binder does not come up");
	return NULL;
}

/* libtool's wrapper execs the program: the pid stays. */
static void
binder_kill(struct storm *s)
{
	int status;

	kill(s->pid, SIGKILL);
	assert_int_equal(waitpid(s->pid, &status, 0), s->pid);
}

static void
check(struct storm *s, struct orpc_client *c)
{
	struct orpc_call call = { .flags = 0 };
	bool there[PROGRAMS] = { false };
	orpc_i_rpcb_node *list;

	assert_int_equal(orpc_i_rpcb_v4_dump(c, &call, &list), 0);
	for (; list; list = list->next)
		if (list->map.prog >= FIRST &&
		    list->map.prog < FIRST + PROGRAMS)
			there[list->map.prog - FIRST] = true;
	for (int i = 0; i < PROGRAMS; i++) {
		if (s->known[i] == THERE && !there[i])
			fail_msg("program %d was lost", i);
		if (s->known[i] == GONE && there[i])
			fail_msg("program %d has risen", i);
		s->known[i] = there[i] ? THERE : GONE;
	}
	orpc_call_fini(&call);
}

/* One change; false when the binder has gone. */
static bool
change(struct storm *s, struct orpc_client *c)
{
	static char none[1], tcp[] = "tcp", addr[] = "127.0.0.1.9.9";
	unsigned i = (unsigned)(test_random(&s->seed) % PROGRAMS);
	orpc_i_rpcb_mapping m = { FIRST + i, 1, tcp, addr, none };
	struct orpc_call call = { .flags = 0 };
	bool set = s->known[i] == GONE, done = false;
	int result;

	s->known[i] = MAYBE;
	result = set ? orpc_i_rpcb_v4_set(c, &call, &m, &done) :
	    orpc_i_rpcb_v4_unset(c, &call, &m, &done);
	orpc_call_fini(&call);
	if (result)
		return false;
	assert_true(done);
	s->known[i] = set ? THERE : GONE;
	s->acknowledged++;
	return true;
}

/* Changes until a child, who sleeps for a moment, has killed the binder. */
static void
storm_round(struct storm *s, struct orpc_client *c)
{
	useconds_t after = 1000 + (useconds_t)(test_random(&s->seed) %
	    25000);
	pid_t killer = fork();
	int status;

	if (killer == 0) {
		usleep(after);
		kill(s->pid, SIGKILL);
		_exit(0);
	}
	while (change(s, c))
		;
	waitpid(killer, &status, 0);
	binder_kill(s);
}

static void
nothing_is_lost_and_nothing_rises(void **state)
{
	struct storm s = { .dir = "/tmp/orpc-storm-XXXXXX", .seed = 17 };

	(void)state;
	if (!getenv("ORPCBIND"))
		skip();
	assert_non_null(mkdtemp(s.dir));
	snprintf(s.address, sizeof(s.address), "unix:%s/bind", s.dir);
	snprintf(s.journal, sizeof(s.journal), "%s/journal", s.dir);
	for (int round = 0; round < KILLS; round++) {
		struct orpc_client *c;

		binder_start(&s);
		c = binder_connect(&s);
		check(&s, c);
		storm_round(&s, c);
		orpc_client_close(c);
	}
	print_message("# %u changes acknowledged\n", s.acknowledged);
	assert_true(s.acknowledged > KILLS);
	unlink(s.journal);
	unlink(s.address + 5);
	assert_int_equal(rmdir(s.dir), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_lost_and_nothing_rises),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
