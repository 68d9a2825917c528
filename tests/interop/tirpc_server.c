/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * rpcgen's dispatcher and libtirpc as the server, on TCP and UDP ports that
 * the kernel picks, named on standard output.  `tirpc_server register` tells
 * the binder too.
 */
#include <stdio.h>
#include <string.h>

#include "types.h"


void interop_1(struct svc_req *, SVCXPRT *);
void interop_3(struct svc_req *, SVCXPRT *);

everything *
echo_1_svc(everything *arg, struct svc_req *rq)
{
	(void)rq;
	return arg;
}

void *
nothing_1_svc(void *arg, struct svc_req *rq)
{
	static char done;

	(void)arg;
	(void)rq;
	return &done;
}

int *
negate_1_svc(int *arg, struct svc_req *rq)
{
	static int out;

	(void)rq;
	out = -*arg;
	return &out;
}

int *
negate_again_3_svc(int *arg, struct svc_req *rq)
{
	return negate_1_svc(arg, rq);
}

char **
reverse_1_svc(char **arg, struct svc_req *rq)
{
	static char text[100], *out = text;
	size_t n = strlen(*arg);

	(void)rq;
	for (size_t i = 0; i < n && i < sizeof(text) - 1; i++)
		text[i] = (*arg)[n - 1 - i];
	text[n < sizeof(text) ? n : sizeof(text) - 1] = '\0';
	return &out;
}

quad_t *
twice_1_svc(quad_t *arg, struct svc_req *rq)
{
	static quad_t out;

	(void)rq;
	out = 2 * *arg;
	return &out;
}

double *
half_1_svc(double *arg, struct svc_req *rq)
{
	static double out;

	(void)rq;
	out = *arg / 2;
	return &out;
}

bool_t *
invert_1_svc(bool_t *arg, struct svc_req *rq)
{
	static bool_t out;

	(void)rq;
	out = !*arg;
	return &out;
}

colour *
next_1_svc(colour *arg, struct svc_req *rq)
{
	static colour out;

	(void)rq;
	out = *arg == RED ? GREEN : *arg == GREEN ? BLUE : RED;
	return &out;
}

list *
count_down_1_svc(u_int *arg, struct svc_req *rq)
{
	static list nodes[1000];

	(void)rq;
	for (u_int i = 0; i < *arg; i++) {
		nodes[i].value = (int)(*arg - i);
		nodes[i].next = i + 1 < *arg ? &nodes[i + 1] : NULL;
	}
	return nodes;
}

anything *
repeat_1_svc(u_int *arg, struct svc_req *rq)
{
	static char bytes[100000];
	static anything out = { 0, bytes };

	(void)rq;
	memset(bytes, 'x', sizeof(bytes));
	out.anything_len = *arg;
	return &out;
}

int
main(int argc, char **argv)
{
	SVCXPRT *tcp = svctcp_create(RPC_ANYSOCK, 0, 0);
	SVCXPRT *udp = svcudp_bufcreate(RPC_ANYSOCK, 65000, 65000);
	int registers = argc > 1 && !strcmp(argv[1], "register");

	if (!tcp || !udp ||
	    !svc_register(tcp, INTEROP, INTEROP_V1, interop_1,
		registers ? IPPROTO_TCP : 0) ||
	    !svc_register(udp, INTEROP, INTEROP_V1, interop_1,
		registers ? IPPROTO_UDP : 0) ||
	    !svc_register(tcp, INTEROP, INTEROP_V3, interop_3, 0) ||
	    !svc_register(udp, INTEROP, INTEROP_V3, interop_3, 0)) {
		fprintf(stderr, "can't serve\n");
		return 1;
	}
	printf("tcp %d\nudp %d\n", tcp->xp_port, udp->xp_port);
	fflush(stdout);
	svc_run();
	return 1;
}
