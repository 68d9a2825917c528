/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * rpcgen's stubs and libtirpc as the client: tirpc_client tcp|udp PORT, or
 * tirpc_client NETID to find the server through the binder.  One TAP result a
 * procedure.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

#include "types.h"

typedef quad_t hyper_of;
#include "values.h"

static int n_results;

static void
result(int fine, const char *what, const char *transport)
{
	printf("%sok %d - libtirpc calls us over %s: %s\n", fine ? "" : "not ",
	    ++n_results, transport, what);
}

/* Equal when they encode to the same bytes. */
static int
same(everything *a, everything *b)
{
	static char bytes_a[1 << 18], bytes_b[1 << 18];
	XDR xa, xb;

	xdrmem_create(&xa, bytes_a, sizeof(bytes_a), XDR_ENCODE);
	xdrmem_create(&xb, bytes_b, sizeof(bytes_b), XDR_ENCODE);
	if (!xdr_everything(&xa, a) || !xdr_everything(&xb, b))
		return 0;
	return xdr_getpos(&xa) == xdr_getpos(&xb) &&
	    memcmp(bytes_a, bytes_b, xdr_getpos(&xa)) == 0;
}

static void
echo(CLIENT *client, const char *transport, int which)
{
	everything sent, *got;
	char what[40];

	fill_everything(&sent, which);
	got = echo_1(&sent, client);
	snprintf(what, sizeof(what), "everything, value %d", which);
	result(got && same(&sent, got), what, transport);
	if (got)
		clnt_freeres(client, (xdrproc_t)xdr_everything, (char *)got);
}

static void
simple(CLIENT *client, const char *transport)
{
	char *text = (char *)"abc", **reversed;
	quad_t small = -3000000000LL, *twice;
	int seven = 7, *negated;
	double five = 5, *half;
	bool_t no = FALSE, *yes;
	colour red = RED, *next;
	u_int n = 3;
	list *down;
	anything *x;

	result(nothing_1(NULL, client) != NULL, "void", transport);
	negated = negate_1(&seven, client);
	result(negated && *negated == -7, "int", transport);
	reversed = reverse_1(&text, client);
	result(reversed && !strcmp(*reversed, "cba"), "string", transport);
	twice = twice_1(&small, client);
	result(twice && *twice == -6000000000LL, "hyper", transport);
	half = half_1(&five, client);
	result(half && *half == 2.5, "double", transport);
	yes = invert_1(&no, client);
	result(yes && *yes == TRUE, "bool", transport);
	next = next_1(&red, client);
	result(next && *next == GREEN, "enum", transport);
	down = count_down_1(&n, client);
	result(down && down->value == 3 && down->next &&
	    down->next->value == 2 && down->next->next &&
	    !down->next->next->next, "list", transport);
	n = 1000;
	x = repeat_1(&n, client);
	result(x && x->anything_len == 1000 && x->anything_val[999] == 'x',
	    "opaque", transport);
}

/* What we refuse must be the refusal that libtirpc understands. */
static void
refusals(CLIENT *client, const char *transport)
{
	struct timeval timeout = { 10, 0 };
	struct rpc_err error;
	colour wrong = (colour)99;
	enum clnt_stat stat;

	stat = clnt_call(client, 77, (xdrproc_t)xdr_void, NULL,
	    (xdrproc_t)xdr_void, NULL, timeout);
	result(stat == RPC_PROCUNAVAIL, "no such procedure", transport);
	/* An undeclared enum, and not even its bytes. */
	stat = clnt_call(client, NEXT, (xdrproc_t)xdr_int, (char *)&wrong,
	    (xdrproc_t)xdr_void, NULL, timeout);
	result(stat == RPC_CANTDECODEARGS, "an undeclared enum", transport);
	stat = clnt_call(client, NEGATE, (xdrproc_t)xdr_void, NULL,
	    (xdrproc_t)xdr_void, NULL, timeout);
	result(stat == RPC_CANTDECODEARGS, "arguments cut off", transport);
	clnt_control(client, CLSET_VERS, (char *)&(rpcvers_t){ 2 });
	stat = clnt_call(client, 0, (xdrproc_t)xdr_void, NULL,
	    (xdrproc_t)xdr_void, NULL, timeout);
	clnt_geterr(client, &error);
	result(stat == RPC_PROGVERSMISMATCH && error.re_vers.low == 1 &&
	    error.re_vers.high == 3, "versions 1 to 3", transport);
	clnt_control(client, CLSET_VERS, (char *)&(rpcvers_t){ 1 });
	clnt_control(client, CLSET_PROG, (char *)&(rpcprog_t){ 0x20000a12 });
	stat = clnt_call(client, 0, (xdrproc_t)xdr_void, NULL,
	    (xdrproc_t)xdr_void, NULL, timeout);
	result(stat == RPC_PROGUNAVAIL, "no such program", transport);
	clnt_control(client, CLSET_PROG, (char *)&(rpcprog_t){ INTEROP });
}

static CLIENT *
open_port(const char *transport, int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval retry = { 2, 0 };
	int fd = RPC_ANYSOCK;

	if (!strcmp(transport, "tcp"))
		return clnttcp_create(&at, INTEROP, INTEROP_V1, &fd, 0, 0);
	return clntudp_bufcreate(&at, INTEROP, INTEROP_V1, retry, &fd, 65000,
	    65000);
}

int
main(int argc, char **argv)
{
	const char *transport = argv[1];
	int found = argc == 2;
	CLIENT *client = found ?
	    clnt_create("localhost", INTEROP, INTEROP_V1, transport) :
	    open_port(transport, atoi(argv[2]));

	if (!client) {
		printf("not ok 1 - libtirpc %s us over %s\n",
		    found ? "finds" : "reaches", transport);
		clnt_pcreateerror("#");
		return 1;
	}
	if (found) {
		result(nothing_1(NULL, client) != NULL, "found by the binder",
		    transport);
		clnt_destroy(client);
		return 0;
	}
	for (int i = 0; i < N_VALUES; i++) {
		if (i != 1 || !strcmp(transport, "tcp"))
			echo(client, transport, i);
	}
	simple(client, transport);
	/* The same with an AUTH_SYS credential. */
	auth_destroy(client->cl_auth);
	client->cl_auth = authunix_create_default();
	result(nothing_1(NULL, client) != NULL, "with AUTH_SYS", transport);
	refusals(client, transport);
	auth_destroy(client->cl_auth);
	clnt_destroy(client);
	return 0;
}
