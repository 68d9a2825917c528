/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/runtime/bound.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "runtime/binder/confine.h"

void
bound_confine(void)
{
	char error[100];

	/* valgrind's processor can't confine. */
	if (test_memcheck() || !confine_is_built())
		return;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    confine(CONFINE_KILL, false, error, sizeof(error)))
		abort();
}

static void *
bound_run(void *arg)
{
	struct bound *b = arg;

	bound_confine();
	assert_int_equal(orpc_binder_run(b->binder), 0);
	return NULL;
}

static void
bound_address(struct bound *b, const char *scheme, char *out, size_t n)
{
	char text[300];

	out[0] = '\0';
	for (size_t i = 0; orpc_binder_address(b->binder, i, text,
	    sizeof(text)) >= 0; i++)
		if (!strncmp(text, scheme, strlen(scheme)))
			snprintf(out, n, "%.60s", text);
}

void
bound_open(struct bound *b, const struct orpc_binder_options *options)
{
	struct orpc_error error;

	if (!b->dir[0]) {
		strcpy(b->dir, "/tmp/orpc-bound-XXXXXX");
		assert_non_null(mkdtemp(b->dir));
	}
	snprintf(b->local, sizeof(b->local), "unix:%s/bind", b->dir);
	snprintf(b->journal, sizeof(b->journal), "%s/journal", b->dir);
	assert_int_equal(orpc_binder_open(options, &b->binder, &error), 0);
	assert_int_equal(orpc_binder_listen(b->binder, b->local, &error), 0);
	assert_int_equal(orpc_binder_listen(b->binder, "tcp://127.0.0.1:0",
	    &error), 0);
	assert_int_equal(orpc_binder_listen(b->binder, "udp://127.0.0.1:0",
	    &error), 0);
	(void)orpc_binder_listen(b->binder, "tcp://[::1]:0", &error);
	bound_address(b, "tcp://127", b->tcp, sizeof(b->tcp));
	bound_address(b, "udp://127", b->udp, sizeof(b->udp));
	bound_address(b, "tcp://[::1]", b->tcp6, sizeof(b->tcp6));
}

void
bound_go(struct bound *b)
{
	assert_int_equal(pthread_create(&b->thread, NULL, bound_run, b), 0);
}

void
bound_start(struct bound *b, const struct orpc_binder_options *options)
{
	bound_open(b, options);
	bound_go(b);
}

void
bound_stop(struct bound *b)
{
	orpc_binder_stop(b->binder);
	pthread_join(b->thread, NULL);
	orpc_binder_close(b->binder);
	b->binder = NULL;
}

void
bound_end(struct bound *b)
{
	char path[256];

	unlink(b->journal);
	snprintf(path, sizeof(path), "%s/bind", b->dir);
	unlink(path);
	assert_int_equal(rmdir(b->dir), 0);
	b->dir[0] = '\0';
}
