/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls everything in calls.x and prints what came back: client tcp|udp.
 * The mode is what modes.h is told.
 */
#include "calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "modes.h"

/* CALL(type, var, name, arguments): var points to the result, or is NULL. */
#ifdef MT_SAFE
#define CALL(type, var, name, arguments) \
	type var##_room; \
	memset(&var##_room, 0, sizeof(var##_room)); \
	type *var = name(arguments &var##_room, clnt) == RPC_SUCCESS ? \
	    &var##_room : NULL
#else
#define CALL(type, var, name, arguments) \
	type *var = name(arguments clnt)
#endif

static CLIENT *
open_client(rpcvers_t version, const char *transport)
{
	CLIENT *clnt = clnt_create("127.0.0.1", CALLS, version, transport);

	if (!clnt) {
		clnt_pcreateerror("127.0.0.1");
		exit(1);
	}
	return clnt;
}

static void
call_one(CLIENT *clnt)
{
	pair p = { 3, 40, "five", TRUE };
	char *hello = "hello";
	row numbers = { 1, 2, 3 };
	int one = 1;
	node second = { 2, NULL }, first = { 1, &second };
	list both = &first;

	CALL(int, sum, sum_1, PASS(p));
	printf("sum %d\n", sum ? *sum : -1);
	CALL(char *, echo, echo_1, PASS(hello));
	printf("echo %s\n", echo ? *echo : "nothing");
#ifdef MT_SAFE
	int poked = poke_1(PASS(one) NULL, clnt) == RPC_SUCCESS;
#else
	int poked = poke_1(PASS(one) clnt) != NULL;
#endif
#if defined(NO_ARRAYS)
	row turned = { numbers[2], numbers[1], numbers[0] };
	int ok = 1;
#elif defined(MT_SAFE)
	row turned = { 0 };
	int ok = turn_1(numbers, turned, clnt) == RPC_SUCCESS;
#else
	int *turned = turn_1(numbers, clnt);
	int ok = turned != NULL;
#endif
	printf("turn %d: %d %d %d\n", ok, ok ? turned[0] : 0,
	    ok ? turned[1] : 0, ok ? turned[2] : 0);
	printf("poke %d\n", poked);
	CALL(pair, made, make_1, NO_PASS);
	if (made)
		printf("make %d %lld %s %d\n", made->a > 0,
		    (long long)made->b, made->s, made->yes);
	CALL(list, grown, grow_1, PASS(both));
	for (list at = grown ? *grown : NULL; at; at = at->next)
		printf("grown %d\n", at->value);
}

/* A service function that gives nothing sends no reply. */
static void
call_silent(CLIENT *clnt)
{
	struct timeval soon = { 0, 200000 };
	int one = 1;

	clnt_control(clnt, CLSET_TIMEOUT, (char *)&soon);
	CALL(int, silent, silent_1, PASS(one));
	printf("silent %d\n", silent != NULL);
}

static void
call_two(CLIENT *clnt)
{
	pair p = { 3, 40, "five", TRUE };

	CALL(int, sum, sum_2, PASS(p));
	printf("second %d\n", sum ? *sum : -1);
}

int
main(int argc, char **argv)
{
	const char *transport = argc > 1 ? argv[1] : "tcp";
	CLIENT *clnt = open_client(CALLS_ONE, transport);
	struct timeval timeout = { 60, 0 };
	enum clnt_stat stat;

	call_one(clnt);
	stat = clnt_call(clnt, NULLPROC, (xdrproc_t)(void (*)(void))xdr_void,
	    NULL, (xdrproc_t)(void (*)(void))xdr_void, NULL, timeout);
	printf("null %d\n", stat == RPC_SUCCESS);
	call_silent(clnt);
	clnt_destroy(clnt);
	clnt = open_client(CALLS_TWO, transport);
	call_two(clnt);
	stat = clnt_call(clnt, 99, (xdrproc_t)(void (*)(void))xdr_void, NULL,
	    (xdrproc_t)(void (*)(void))xdr_void, NULL, timeout);
	printf("no such procedure %d\n", stat == RPC_PROCUNAVAIL);
	clnt_destroy(clnt);
	return 0;
}
