/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Our side as the client: orpc_client ADDRESS; without a port in it the
 * binder is asked. One TAP result a procedure.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <orpc/client.h>

#include "types.h"

typedef int64_t hyper_of;
#include "values.h"

static int n_results;
static const char *transport;

static void
result(int fine, const char *what)
{
	printf("%sok %d - we call libtirpc over %s: %s\n", fine ? "" : "not ",
	    ++n_results, transport, what);
}

/* The outcome of a call that must succeed. */
static void
called(struct orpc_call *call, int rc, int fine, const char *what)
{
	char text[300];

	result(rc == 0 && fine, what);
	if (rc == 0)
		return;
	orpc_error_text(&call->error, text, sizeof(text));
	printf("# %s\n", text);
}

static int
same(const everything *a, const everything *b)
{
	return oxdr_value_equal(&everything_xdr_type, a, b) == 1;
}

static void
echo(struct orpc_client *client, struct orpc_call *call, int which)
{
	everything sent, got;
	char what[40];
	int rc;

	fill_everything(&sent, which);
	snprintf(what, sizeof(what), "everything, value %d", which);
	rc = interop_v1_echo(client, call, &sent, &got);
	called(call, rc, rc == 0 && same(&sent, &got), what);
}

static void
simple(struct orpc_client *client, struct orpc_call *call)
{
	int32_t negated = 0;
	char *reversed = NULL;
	int64_t doubled = 0;
	double halved = 0;
	bool inverted = false;
	colour after = RED;
	list down;
	anything x;
	int rc;

	rc = interop_v1_nothing(client, call);
	called(call, rc, 1, "void");
	rc = interop_v1_negate(client, call, 7, &negated);
	called(call, rc, negated == -7, "int");
	rc = interop_v1_reverse(client, call, "abc", &reversed);
	called(call, rc, reversed && !strcmp(reversed, "cba"), "string");
	rc = interop_v1_twice(client, call, -3000000000LL, &doubled);
	called(call, rc, doubled == -6000000000LL, "hyper");
	rc = interop_v1_half(client, call, 5, &halved);
	called(call, rc, halved == 2.5, "double");
	rc = interop_v1_invert(client, call, false, &inverted);
	called(call, rc, inverted, "bool");
	rc = interop_v1_next(client, call, RED, &after);
	called(call, rc, after == GREEN, "enum");
	rc = interop_v1_count_down(client, call, 3, &down);
	called(call, rc, rc == 0 && down.value == 3 && down.next &&
	    down.next->value == 2 && down.next->next &&
	    !down.next->next->next, "list");
	rc = interop_v1_repeat(client, call, 1000, &x);
	called(call, rc, rc == 0 && x.anything_len == 1000 &&
	    x.anything_val[999] == 'x', "opaque");
}

static void
refusals(const char *address, const struct orpc_client_options *options)
{
	struct orpc_program program = interop_v1_program;
	struct orpc_call call = { 0 };
	struct orpc_client *client;
	int rc;

	if (orpc_client_open(address, &program, options, &client, NULL) != 0)
		return;
	rc = orpc_call_dynamic(client, &call, INTEROP, INTEROP_V1, 77, NULL,
	    NULL, NULL, NULL);
	result(rc == ORPC_R_PROC_UNAVAIL, "no such procedure");
	rc = orpc_call_dynamic(client, &call, INTEROP, 2, 0, NULL, NULL, NULL,
	    NULL);
	result(rc == ORPC_R_PROG_MISMATCH && call.error.low == 1 &&
	    call.error.high == 3, "versions 1 to 3");
	rc = orpc_call_dynamic(client, &call, INTEROP + 1, 1, 0, NULL, NULL,
	    NULL, NULL);
	result(rc == ORPC_R_PROG_UNAVAIL, "no such program");
	orpc_call_fini(&call);
	orpc_client_close(client);
}

int
main(int argc, char **argv)
{
	const char *address = argc > 1 ? argv[1] : "tcp://localhost";
	int found = !strchr(strchr(address, ':') + 1, ':');
	struct orpc_client_options options = { 0 };
	struct orpc_error error = { 0 };
	struct orpc_call call = { 0 };
	struct orpc_client *client;
	struct orpc_auth_sys sys;
	char text[300];

	transport = strncmp(address, "udp", 3) ? "tcp" : "udp";
	if (orpc_client_open(address, &interop_v1_program, &options, &client,
	    &error) != 0) {
		orpc_error_text(&error, text, sizeof(text));
		printf("not ok 1 - we reach libtirpc at %s\n# %s\n", address,
		    text);
		return 1;
	}
	if (found) {
		called(&call, interop_v1_nothing(client, &call), 1,
		    "found by the binder");
		orpc_call_fini(&call);
		orpc_client_close(client);
		return 0;
	}
	for (int i = 0; i < N_VALUES; i++) {
		if (i != 1 || !strcmp(transport, "tcp"))
			echo(client, &call, i);
	}
	simple(client, &call);
	orpc_auth_sys_self(&sys);
	call.sys = &sys;
	called(&call, interop_v1_nothing(client, &call), 1, "with AUTH_SYS");
	orpc_call_fini(&call);
	orpc_client_close(client);
	refusals(address, &options);
	return 0;
}
