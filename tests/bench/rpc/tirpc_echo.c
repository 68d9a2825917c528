/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * rpcgen's and libtirpc's side of the benchmarks of calls.  The dispatcher is
 * rpcgen's (-m); this main differs from rpcgen's own in that it registers
 * with no binder and serves one transport.
 *
 *	tirpc_echo tcp|udp|unix:PATH		prints the address
 */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tirpc/echo.h"

extern void bench_echo_1(struct svc_req *rqstp, SVCXPRT *transp);

payload *
echo_1_svc(payload *arg, struct svc_req *rq)
{
	(void)rq;
	return arg;
}

payload *
echo_once_1_svc(payload *arg, struct svc_req *rq)
{
	(void)rq;
	return arg;
}

u_int *
sink_1_svc(payload *arg, struct svc_req *rq)
{
	static u_int n;

	(void)rq;
	n = arg->payload_len;
	return &n;
}

int
main(int argc, char **argv)
{
	const char *where = argc == 2 ? argv[1] : "";
	struct rlimit limit;
	SVCXPRT *transp = NULL;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	if (strncmp(where, "unix:", 5) == 0) {
		unlink(where + 5);
		transp = svcunix_create(RPC_ANYSOCK, 0, 0, (char *)where + 5);
	} else if (strcmp(where, "tcp") == 0) {
		transp = svctcp_create(RPC_ANYSOCK, 0, 0);
	} else if (strcmp(where, "udp") == 0) {
		transp = svcudp_create(RPC_ANYSOCK);
	}
	if (!transp || !svc_register(transp, BENCH_ECHO, BENCH_ECHO_V1,
	    bench_echo_1, 0)) {
		fputs("tirpc_echo: can't listen\n", stderr);
		return 1;
	}
	if (where[0] == 'u' && where[1] == 'n')
		puts(where);
	else
		printf("%s://127.0.0.1:%u\n", where, transp->xp_port);
	fflush(stdout);
	svc_run();
	return 1;
}
